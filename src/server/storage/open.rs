//! Opening the database. The command decides whether it may be created and migrated.

use std::{fmt, path::PathBuf, time::Duration};

use sqlx::{ConnectOptions, Connection as _, SqliteConnection};
use tokio::time::Instant;

use crate::server::storage::{
    Error, Reader, Result, Storage, file,
    migrations::{self, Schema},
    sqlite,
    writer::Writer,
};

/// How long another process may take to create all tables.
const CREATION_TIMEOUT: Duration = Duration::from_secs(2);

/// Why the database was not opened, in words that tell the operator what to do.
#[derive(Debug)]
pub enum OpenError {
    /// The file does not exist, or has none of Latchkey's tables.
    Missing(PathBuf),
    /// Migrations are missing.
    Older,
    /// A newer version of Latchkey has migrated it.
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

/// What opening may change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Create the file and migrate it.
    CreateAndMigrate,
    /// Create the file, but not migrate an existing one.
    Create,
    /// Nothing.
    Existing,
}

impl Storage {
    /// Opens the file that `url` names (`sqlite:PATH`). Creates and migrates it as needed.
    ///
    /// # Errors
    /// When the file can't be opened, is not a database, or was written by a newer version.
    pub async fn open(url: &str) -> std::result::Result<Self, OpenError> {
        open(url, Access::CreateAndMigrate).await
    }

    /// Opens or creates the file. An existing database must have the current schema.
    ///
    /// # Errors
    /// When the file can't be opened, or its schema is older or newer.
    pub async fn open_or_create(url: &str) -> std::result::Result<Self, OpenError> {
        open(url, Access::Create).await
    }

    /// Opens an existing database with the current schema.
    ///
    /// # Errors
    /// When it does not exist or can't be opened, or its schema is older or newer.
    pub async fn open_existing(url: &str) -> std::result::Result<Self, OpenError> {
        open(url, Access::Existing).await
    }
}

async fn open(url: &str, access: Access) -> std::result::Result<Storage, OpenError> {
    let options = sqlite::options(url)?;
    let path = options.get_filename().to_owned();
    match access {
        Access::Existing if !path.exists() => return Err(OpenError::Missing(path)),
        Access::Existing => {}
        Access::Create | Access::CreateAndMigrate => file::create(&path)?,
    }
    let schema = inspect(url, access).await?;
    match (access, schema) {
        (_, Schema::Newer) => return Err(OpenError::Newer),
        (Access::Existing | Access::Create, Schema::Older) => return Err(OpenError::Older),
        (Access::Existing, Schema::Missing) => return Err(OpenError::Missing(path)),
        _ => {}
    }
    file::restrict(&path)?;
    let mut connection = options.connect().await?;
    if schema != Schema::Current {
        migrate(&mut connection).await?;
    }
    let readers = sqlite::connect_readers(options).await?;
    Ok(Storage { reader: Reader(readers), writer: Writer::start(connection) })
}

/// Reads the schema without changing the file. A command that may create a database may also find one that a server is
/// just creating; it waits for that.
async fn inspect(url: &str, access: Access) -> Result<Schema> {
    let mut connection = sqlite::connect_unchanged(url).await?;
    let began = Instant::now();
    loop {
        let schema = migrations::schema(&mut connection).await?;
        if access == Access::Create && schema == Schema::Older && began.elapsed() < CREATION_TIMEOUT {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        connection.close().await?;
        return Ok(schema);
    }
}

/// Applies the missing migrations. Retries for a second, since another process may be migrating, too.
async fn migrate(connection: &mut SqliteConnection) -> Result<()> {
    let mut retries = 5;
    loop {
        match migrations::KNOWN.run(&mut *connection).await {
            Ok(()) => return Ok(()),
            Err(e) if retries == 0 => return Err(e.into()),
            Err(_) => {
                retries -= 1;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}
