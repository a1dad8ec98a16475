//! `_sqlx_migrations`: which changes of the tables were applied, beside those that this program knows.

use serde::Serialize;
use sqlx::{Row, SqliteExecutor, migrate::Migrator};

use super::Result;

pub(super) static KNOWN: Migrator = sqlx::migrate!("./migrations");

/// How the tables stand to the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Migrations {
    pub applied: usize,
    pub known: usize,
    /// Whether those applied are exactly those known.
    pub fit: bool,
}

/// Compares what was applied with what is known, each by its number and its text's hash.
pub async fn applied(db: impl SqliteExecutor<'_>) -> Result<Migrations> {
    let rows = sqlx::query("select version, checksum, success from _sqlx_migrations order by version");
    let rows = rows.fetch_all(db).await?;
    let read = |row: &sqlx::sqlite::SqliteRow| {
        Ok((row.try_get::<i64, _>("version")?, row.try_get("checksum")?, row.try_get("success")?))
    };
    let applied: Vec<(i64, Vec<u8>, bool)> = rows.iter().map(read).collect::<Result<_>>()?;
    let known: Vec<_> = KNOWN.iter().map(|m| (m.version, m.checksum.to_vec(), true)).collect();
    Ok(Migrations { applied: applied.len(), known: known.len(), fit: applied == known })
}
