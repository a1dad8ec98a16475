//! What only SQLite understands: connection settings, pragmas, its own catalog and its result codes. Another database
//! needs its own version of this file; the other files hold SQL that PostgreSQL accepts, too.

use std::{str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::server::storage::{
    Result, Tx,
    query::{Executor, query},
};

/// Connections for reading.
const READERS: u32 = 4;
/// How long a statement waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Begins a transaction that may write. `immediate` takes the write lock now: a transaction that first reads and then
/// writes could fail with SQLITE_BUSY in between.
pub const BEGIN: &str = "begin immediate";

/// Options for opening a file that exists. With `synchronous = normal`, a commit survives `kill -9`. A power cut may undo
/// the last commits but never damages the file.
pub fn options(url: &str) -> Result<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // A checkpoint inside a commit delays a launch. The sweep makes them between launches.
        .pragma("wal_autocheckpoint", "10000")
        // 8 MB. Launches touch random pages, and SQLite's default of 2 MB would read them again and again.
        .pragma("cache_size", "-8000")
        // Overwrites what is deleted within pages that are written anyway.
        .pragma("secure_delete", "fast")
        .disable_statement_logging();
    Ok(options)
}

/// Opens a connection without changing the file or its journal mode: it may be another program's database.
pub async fn connect_unchanged(url: &str) -> Result<SqliteConnection> {
    Ok(SqliteConnectOptions::from_str(url)?.create_if_missing(false).connect().await?)
}

/// Opens the read-only connections.
pub async fn connect_readers(options: SqliteConnectOptions) -> Result<SqlitePool> {
    let readers = SqlitePoolOptions::new().max_connections(READERS).test_before_acquire(false);
    Ok(readers.connect_with(options.pragma("query_only", "on")).await?)
}

/// Whether sqlx has ever migrated the database.
pub async fn has_migrations(db: impl Executor<'_>) -> Result<bool> {
    let found = query("select 1 from sqlite_master where name = '_sqlx_migrations'").fetch_optional(db).await?;
    Ok(found.is_some())
}

/// Moves the content of the write-ahead log into the file, as far as no reader needs it.
pub async fn checkpoint(tx: &mut Tx) -> Result<()> {
    query("pragma wal_checkpoint(passive)").run(tx).await
}

/// Chooses what happens to deleted content: overwritten everywhere in the file, or only within pages that are written
/// anyway (the default). `everywhere` is for deleting an account: no email address should remain in a free page.
pub async fn overwrite_deleted(db: impl Executor<'_>, everywhere: bool) -> Result<()> {
    query(if everywhere { "pragma secure_delete = on" } else { "pragma secure_delete = fast" }).run(db).await
}

/// Whether a result code (<https://www.sqlite.org/rescode.html>) says that the disk is full or the file is locked.
pub fn is_transient(code: &str) -> bool {
    // SQLITE_FULL, SQLITE_BUSY, and SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, _SHMSIZE, _SHMMAP.
    ["13", "5", "778", "1034", "1546", "4874", "5386"].contains(&code)
}
