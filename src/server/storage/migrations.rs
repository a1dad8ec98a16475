//! `_sqlx_migrations`: which migrations were applied, compared with the migrations that this program knows.

use serde::Serialize;
use sqlx::migrate::Migrator;

use crate::server::storage::{
    Result, Row,
    query::{Executor, query},
    sqlite,
};

pub(super) static KNOWN: Migrator = sqlx::migrate!("./migrations/sqlite");

/// How many migrations were applied, and how many this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Migrations {
    pub applied: usize,
    pub known: usize,
    /// Whether exactly the known ones were applied.
    pub fit: bool,
}

/// How a database's schema compares with the one that this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    /// Latchkey has no tables in it.
    Missing,
    Current,
    /// Some known migrations were not applied.
    Older,
    /// Migrations were applied that this program does not know.
    Newer,
}

/// Compares the schema of a database, which may be empty.
pub(super) async fn schema(connection: &mut sqlx::SqliteConnection) -> Result<Schema> {
    if !sqlite::has_migrations(&mut *connection).await? {
        return Ok(Schema::Missing);
    }
    let (applied, known) = (list_applied(connection).await?, known());
    Ok(match applied.len() {
        0 => Schema::Missing,
        _ if applied == known => Schema::Current,
        count if known.get(..count) == Some(&applied) => Schema::Older,
        _ => Schema::Newer,
    })
}

/// A migration: its number, the hash of its text, and whether it was applied completely.
type Migration = (i64, Vec<u8>, bool);

async fn list_applied(db: impl Executor<'_>) -> Result<Vec<Migration>> {
    query("select version, checksum, success from _sqlx_migrations order by version")
        .list(db, |row: &Row| Ok((row.get("version")?, row.get("checksum")?, row.get("success")?)))
        .await
}

fn known() -> Vec<Migration> {
    KNOWN.iter().map(|m| (m.version, m.checksum.to_vec(), true)).collect()
}

/// Compares the applied migrations with the known ones, by number and hash.
pub async fn applied(db: impl Executor<'_>) -> Result<Migrations> {
    let (applied, known) = (list_applied(db).await?, known());
    Ok(Migrations { applied: applied.len(), known: known.len(), fit: applied == known })
}
