//! Opening the database: who may create it, and who may change its tables.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::time::Instant;

use crate::server::storage::{
    Error, Reader, Result, Storage, file,
    migrations::{self, Tables},
    writer::Writer,
};

/// How long another process may take to create all tables.
const BEING_CREATED: Duration = Duration::from_secs(2);

/// Why the database was not opened. Each says what to do.
#[derive(Debug)]
pub enum OpenError {
    /// There is no file of that name, or nothing of ours in it.
    Missing(PathBuf),
    /// This program knows changes of the tables that were not made yet.
    Older,
    /// Changes of the tables were made that this program does not know.
    Newer,
    Database(Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(
                f,
                "no database at {}; `latchkey serve`, `latchkey migrate`, and `latchkey account add` create one",
                path.display()
            ),
            Self::Older => f.write_str(
                "the database is older than this command; use the same version as the server, or stop the server and run \
                 `latchkey migrate`",
            ),
            Self::Newer => {
                f.write_str("the database was changed by a newer version of Latchkey; use that version")
            }
            Self::Database(e) => write!(f, "must be an SQLite file that can be opened: {e}"),
        }
    }
}

impl From<Error> for OpenError {
    fn from(e: Error) -> Self {
        Self::Database(e)
    }
}

impl From<sqlx::Error> for OpenError {
    fn from(e: sqlx::Error) -> Self {
        Self::Database(e.into())
    }
}

impl From<std::io::Error> for OpenError {
    fn from(e: std::io::Error) -> Self {
        Self::Database(e.into())
    }
}

/// What opening may do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    /// Create the file, and change the tables.
    CreateAndMigrate,
    /// Create the file; tables that are there stay as they are.
    Create,
    /// Neither.
    Open,
}

impl Storage {
    /// Opens the file that `url` names (`sqlite:PATH`), creates it when missing, and brings its tables up to date.
    ///
    /// # Errors
    /// When the file can't be opened, is no database, or was written by a newer version.
    pub async fn open(url: &str) -> std::result::Result<Self, OpenError> {
        open(url, May::CreateAndMigrate).await
    }

    /// Opens the file or creates it. A database that is there has to have the tables that this program knows.
    ///
    /// # Errors
    /// When the file can't be opened, or its tables are older or newer.
    pub async fn open_or_create(url: &str) -> std::result::Result<Self, OpenError> {
        open(url, May::Create).await
    }

    /// Opens the file, which has to be there, with the tables that this program knows.
    ///
    /// # Errors
    /// When there is none, it can't be opened, or its tables are older or newer.
    pub async fn open_existing(url: &str) -> std::result::Result<Self, OpenError> {
        open(url, May::Open).await
    }
}

async fn open(url: &str, may: May) -> std::result::Result<Storage, OpenError> {
    let options = options(url)?;
    let path = options.get_filename().to_owned();
    match may {
        May::Open if !path.exists() => return Err(OpenError::Missing(path)),
        May::Open => {}
        May::Create | May::CreateAndMigrate => file::create(&path)?,
    }
    let found = look(url, may).await?;
    match (may, found) {
        (_, Tables::Newer) => return Err(OpenError::Newer),
        (May::Open | May::Create, Tables::Older) => return Err(OpenError::Older),
        (May::Open, Tables::None) => return Err(OpenError::Missing(path)),
        _ => {}
    }
    file::restrict(&path)?;
    let mut connection = options.connect().await?;
    if found != Tables::Fit {
        migrate(&mut connection).await?;
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(4)
        .test_before_acquire(false)
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    Ok(Storage { reader: Reader(readers), writer: Writer::start(connection) })
}

/// Looks at the tables without changing the file or its journal mode: until now it may be another program's database. What may
/// create a database may also meet one that a server is creating at this moment, so it waits for that.
async fn look(url: &str, may: May) -> Result<Tables> {
    let mut connection = SqliteConnectOptions::from_str(url)?.create_if_missing(false).connect().await?;
    let began = Instant::now();
    loop {
        let found = migrations::tables(&mut connection).await?;
        if may == May::Create && found == Tables::Older && began.elapsed() < BEING_CREATED {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        connection.close().await?;
        return Ok(found);
    }
}

/// With `synchronous = normal` a commit outlives `kill -9`; what a power cut may take back are the last commits, never the file's integrity.
fn options(url: &str) -> Result<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // A checkpoint inside a commit is a launch that waits; the sweep makes them between launches.
        .pragma("wal_autocheckpoint", "10000")
        // Launches touch random pages; SQLite's own 2 MB would be read again and again.
        .pragma("cache_size", "-8000")
        // What is deleted is overwritten in its page, which is written anyway.
        .pragma("secure_delete", "fast")
        .disable_statement_logging();
    Ok(options)
}

/// Brings the tables up to date. Another process may be doing the same; then it is done, or tried again.
async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    let mut tries = 5;
    loop {
        match migrations::KNOWN.run(&mut *connection).await {
            Ok(()) => return Ok(()),
            Err(e) if tries == 0 => return Err(e.into()),
            Err(_) => {
                tries -= 1;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}
