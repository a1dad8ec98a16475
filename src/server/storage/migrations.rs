//! `_sqlx_migrations`: which changes of the tables were applied, beside those that this program knows.

use crate::server::storage::Row;
use crate::server::storage::query::{Executor, query};
use serde::Serialize;
use sqlx::migrate::Migrator;

use crate::server::storage::Result;

pub(super) static KNOWN: Migrator = sqlx::migrate!("./migrations/sqlite");

/// How the tables stand to the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Migrations {
    pub applied: usize,
    pub known: usize,
    /// Whether those applied are exactly those known.
    pub fit: bool,
}

/// How the tables of a database stand to this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tables {
    /// None of ours are there.
    None,
    /// Exactly those that this program knows.
    Fit,
    /// Some changes that this program knows were not made yet.
    Older,
    /// Changes were made that this program does not know.
    Newer,
}

/// What was made of the tables so far, in a database that may be empty.
pub(super) async fn tables(connection: &mut sqlx::SqliteConnection) -> Result<Tables> {
    let noted = query("select 1 from sqlite_master where name = '_sqlx_migrations'");
    if noted.fetch_optional(&mut *connection).await?.is_none() {
        return Ok(Tables::None);
    }
    let (applied, known) = (made(connection).await?, known());
    Ok(match applied.len() {
        0 => Tables::None,
        _ if applied == known => Tables::Fit,
        count if known.get(..count) == Some(&applied) => Tables::Older,
        _ => Tables::Newer,
    })
}

/// A change: its number, its text's hash, whether it was made whole.
type Change = (i64, Vec<u8>, bool);

async fn made(db: impl Executor<'_>) -> Result<Vec<Change>> {
    let rows = query("select version, checksum, success from _sqlx_migrations order by version");
    let read = |row: &Row| Ok((row.get::<i64>("version")?, row.get("checksum")?, row.get("success")?));
    rows.fetch_all(db).await?.iter().map(read).collect()
}

fn known() -> Vec<Change> {
    KNOWN.iter().map(|m| (m.version, m.checksum.to_vec(), true)).collect()
}

/// Compares what was applied with what is known, each by its number and its text's hash.
pub async fn applied(db: impl Executor<'_>) -> Result<Migrations> {
    let (applied, known) = (made(db).await?, known());
    Ok(Migrations { applied: applied.len(), known: known.len(), fit: applied == known })
}
