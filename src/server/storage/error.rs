//! What can go wrong in the database.

use std::io;

/// An error of the database.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] sqlx::Error);

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Whether it goes away by itself: the disk is full just now, or another process holds the file for longer than the
    /// writer waits. Nothing was written.
    pub fn is_transient(&self) -> bool {
        match &self.0 {
            sqlx::Error::Database(e) => e.code().is_some_and(|code| TRANSIENT.contains(&code.as_ref())),
            sqlx::Error::Io(e) => e.kind() == io::ErrorKind::StorageFull,
            sqlx::Error::PoolClosed | sqlx::Error::PoolTimedOut => true,
            _ => false,
        }
    }

    /// A column holds a code that this program does not know.
    pub(super) fn unknown(column: &str, code: &str) -> Self {
        Self(sqlx::Error::Decode(format!("{column} holds an unknown code: {code}").into()))
    }

    /// The database takes no writes.
    pub(super) fn unavailable() -> Self {
        Self(sqlx::Error::Io(io::ErrorKind::StorageFull.into()))
    }

    /// The writer has stopped.
    pub(super) fn closed() -> Self {
        Self(sqlx::Error::PoolClosed)
    }

    /// The same error for another caller whose write failed with it. Keeps only whether it is transient: the rest is in the
    /// log, and `sqlx::Error` can't be cloned.
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

/// For a write that can wait, such as a time of last use: without room to write, the caller goes on and the write is done
/// the next time. Other errors are returned.
pub fn ignore_transient(written: Result<()>) -> Result<()> {
    match written {
        Err(e) if e.is_transient() => {
            tracing::warn!(error = %e, "skipped a write that can wait");
            Ok(())
        }
        written => written,
    }
}

/// SQLITE_FULL, SQLITE_BUSY, and SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, _SHMSIZE, _SHMMAP
/// (<https://www.sqlite.org/rescode.html>).
const TRANSIENT: &[&str] = &["13", "5", "778", "1034", "1546", "4874", "5386"];
