//! Searching and sorting long lists beside the other work, not in its way.

/// Rows from which on it takes long enough to be in the way.
const MANY: usize = 2_000;

/// Does something with so many rows.
pub async fn apart<T: Send + 'static>(rows: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    if rows < MANY {
        return work();
    }
    tokio::task::spawn_blocking(work).await.expect("searching does not panic")
}
