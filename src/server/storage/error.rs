//! Errors of the database.

use std::io;

use crate::server::storage::sqlite;

/// An error of the database.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] sqlx::Error);

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Whether the same call may succeed later without any repair:
    /// - the disk is full;
    /// - another process has locked the file for longer than the writer waits;
    /// - no reading connection became free in time;
    /// - the writer dropped the job, because it could not begin a transaction, the job panicked, or the server is
    ///   stopping.
    ///
    /// Nothing was written. The web layer answers with 503 and `Retry-After`; other errors are 500.
    pub fn is_transient(&self) -> bool {
        match &self.0 {
            sqlx::Error::Database(e) => e.code().is_some_and(|code| sqlite::is_transient(&code)),
            sqlx::Error::Io(e) => e.kind() == io::ErrorKind::StorageFull,
            sqlx::Error::PoolClosed | sqlx::Error::PoolTimedOut => true,
            _ => false,
        }
    }

    /// A column holds a code that this program does not know.
    pub(super) fn unknown(column: &str, code: &str) -> Self {
        Self(sqlx::Error::Decode(format!("{column} holds an unknown code: {code}").into()))
    }

    /// The database accepts no writes.
    pub(super) fn unavailable() -> Self {
        Self(sqlx::Error::Io(io::ErrorKind::StorageFull.into()))
    }

    /// The writer dropped the job without a result.
    pub(super) fn closed() -> Self {
        Self(sqlx::Error::PoolClosed)
    }

    /// The same error for another caller whose write failed with it. It only keeps whether it is transient: the log has
    /// the rest, and `sqlx::Error` can't be cloned.
    pub(super) fn shared(&self) -> Self {
        if self.is_transient() { Self::unavailable() } else { Self(sqlx::Error::WorkerCrashed) }
    }
}

impl From<io::Error> for Error {
    fn from(e: io::Error) -> Self {
        Self(e.into())
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(e: sqlx::migrate::MigrateError) -> Self {
        Self(e.into())
    }
}

/// Ignores a transient error of a write that can wait, such as a time of last use: the next write corrects it. Returns
/// other errors.
pub fn ignore_transient(written: Result<()>) -> Result<()> {
    match written {
        Err(e) if e.is_transient() => {
            tracing::warn!(error = %e, "skipped a write that can wait");
            Ok(())
        }
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_disks_locks_and_shutdowns_are_transient_and_mistakes_are_not() {
        for error in [Error::unavailable(), Error::closed(), sqlx::Error::PoolTimedOut.into()] {
            assert!(error.is_transient() && error.shared().is_transient(), "{error}");
        }
        for error in [Error::unknown("events", "x"), sqlx::Error::RowNotFound.into()] {
            assert!(!error.is_transient() && !error.shared().is_transient(), "{error}");
        }
    }
}
