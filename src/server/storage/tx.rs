//! The transaction that a write runs in.

use sqlx::SqliteConnection;
use tokio::sync::OwnedMutexGuard;

/// The writer's connection, lent to one job. The writer waits until the job drops it, so a job must not keep it elsewhere.
pub struct Tx(OwnedMutexGuard<SqliteConnection>);

impl Tx {
    pub(super) fn new(connection: OwnedMutexGuard<SqliteConnection>) -> Self {
        Self(connection)
    }

    /// The connection itself, for tests that change what is stored.
    #[cfg(test)]
    pub fn raw(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }

    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}
