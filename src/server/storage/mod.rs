//! All SQL, a table a file; functions take an executor. Everything that writes goes through one writer, readers stand beside it (WAL).
//! Holds no token, code or password in the clear.

pub mod accounts;
pub mod active_sessions;
pub mod attempts;
pub mod audit;
pub mod audit_sweeps;
pub mod bearers;
pub mod browser_sessions;
pub mod companies;
pub mod cookie_probes;
pub mod deletion;
pub mod event_queue;
pub mod events;
mod file;
pub mod future;
pub mod gauges;
pub mod identities;
pub mod imports;
pub mod known_browsers;
pub mod launch_codes;
pub mod links;
pub mod migrations;
mod open;
pub mod overviews;
pub mod registrations;
pub mod revocation;
pub mod sealed;
pub mod unconfirmed_links;
pub mod visits;
mod writer;

use sqlx::SqlitePool;

pub use self::open::OpenError;
use self::writer::Kind;
use crate::server::metrics::Metrics;

/// A connection inside the writer's transaction.
pub type Connection = sqlx::SqliteConnection;
pub type Error = sqlx::Error;
pub type Result<T> = std::result::Result<T, Error>;

/// The SQLite file.
#[derive(Clone)]
pub struct Storage {
    readers: SqlitePool,
    writer: writer::Writer,
}

impl Storage {
    /// Counted: how long jobs wait for the writer.
    pub fn measured(self, metrics: Metrics) -> Self {
        Self { writer: self.writer.measured(metrics), ..self }
    }

    /// For functions that only read.
    pub fn reader(&self) -> &SqlitePool {
        &self.readers
    }

    /// Runs `job` in a transaction of the writer: all of it is kept, or, when it returns an error, nothing of it.
    /// It goes on though the caller stops waiting. No network call belongs in it.
    ///
    /// # Errors
    /// Those of the job, and those of the database.
    pub async fn write<T, E, J>(&self, job: J) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: for<'c> FnOnce(&'c mut Connection) -> Job<'c, T, E> + Send + 'static,
    {
        self.writer.run(job, Kind::Several).await
    }

    /// Runs a `job` that is one command, or several each of which may stand without the others: alone it needs no transaction of
    /// its own, which saves two turns to the database's thread.
    ///
    /// # Errors
    /// Those of the job, and those of the database.
    pub async fn write_alone<T, E, J>(&self, job: J) -> std::result::Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        J: for<'c> FnOnce(&'c mut Connection) -> Job<'c, T, E> + Send + 'static,
    {
        self.writer.run(job, Kind::One).await
    }

    /// Reads something.
    ///
    /// # Errors
    /// When the file is not read.
    pub async fn reads(&self) -> Result<()> {
        sqlx::query("select 1 from accounts limit 1").fetch_optional(&self.readers).await.map(|_| ())
    }

    /// Writes something: a command that changes no row would succeed on a full disk, too.
    ///
    /// # Errors
    /// When it is not written.
    pub async fn writes(&self) -> Result<()> {
        self.write_alone(|c| {
            Box::pin(async move { sqlx::query("update heartbeat set beats = beats + 1").execute(c).await.map(|_| ()) })
        })
        .await
    }

    /// Moves what the write-ahead log holds into the file, as far as no reader needs it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn checkpoint(&self) -> Result<()> {
        self.writer
            .run(
                |c| Box::pin(async move { sqlx::query("pragma wal_checkpoint(passive)").execute(c).await.map(|_| ()) }),
                Kind::Apart,
            )
            .await
    }

    /// Ends the connections; what was written is in the file.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

/// Whether an error passes by itself: there is no room to write just now, or another process holds the file for longer than is waited
/// for. Nothing was written.
pub fn is_transient(e: &Error) -> bool {
    match e {
        Error::Database(e) => e.code().is_some_and(|code| TRANSIENT.contains(&code.as_ref())),
        Error::Io(e) => e.kind() == std::io::ErrorKind::StorageFull,
        Error::PoolClosed | Error::PoolTimedOut => true,
        _ => false,
    }
}

/// For what is noted beside the point, such as a time of last use: where there is no room to write, whoever reads goes on, and it is noted
/// the next time.
///
/// # Errors
/// Those that don't pass by themselves.
pub fn ignore_transient(written: Result<()>) -> Result<()> {
    match written {
        Err(e) if is_transient(&e) => {
            tracing::warn!(error = %e, "skipped a write that can wait");
            Ok(())
        }
        written => written,
    }
}

/// SQLITE_FULL, SQLITE_BUSY, and SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, _SHMSIZE, _SHMMAP (<https://www.sqlite.org/rescode.html>).
const TRANSIENT: &[&str] = &["13", "5", "778", "1034", "1546", "4874", "5386"];

/// What a job for the writer returns.
pub type Job<'c, T, E> = std::pin::Pin<Box<dyn Future<Output = std::result::Result<T, E>> + Send + 'c>>;
