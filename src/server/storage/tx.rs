//! The transaction that a write runs in.

use sqlx::SqliteConnection;
use tokio::sync::OwnedMutexGuard;

/// The writer's connection, lent to one job. The writer waits until the job drops it, so a job must not store it.
pub struct Tx(OwnedMutexGuard<SqliteConnection>);

impl Tx {
    pub(super) fn new(connection: OwnedMutexGuard<SqliteConnection>) -> Self {
        Self(connection)
    }

    /// Returns the connection for tests that change stored data.
    #[cfg(test)]
    pub fn raw(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }

    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}
