//! `visits` as their first page's ticket finds them, and whom it opens them to.

use sqlx::{Row, SqliteExecutor};

use super::Result;
use crate::server::clock::Epoch;

/// What a ticket was given to.
#[derive(Debug, Clone)]
pub struct Echoing {
    pub session_id: String,
    pub opens_from: i64,
    pub came_from: i64,
    pub began_at: Epoch,
}

/// Consumes the ticket of a live visit, in time.
pub async fn take(db: impl SqliteExecutor<'_>, id: &str, ticket: &[u8], now: Epoch) -> Result<Option<Echoing>> {
    let row = sqlx::query(
        "update visits set ticket = null
         where id = $1 and ticket = $2 and ticket_until > $3 and ended_at is null
         returning session_id, opens_from, came_from, created_at",
    )
    .bind(id)
    .bind(ticket)
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Echoing {
            session_id: row.try_get(0)?,
            opens_from: row.try_get(1)?,
            came_from: row.try_get(2)?,
            began_at: row.try_get(3)?,
        })
    })
    .transpose()
}

/// When a live session began.
pub async fn session_began(db: impl SqliteExecutor<'_>, session_id: &str, now: Epoch) -> Result<Option<Epoch>> {
    sqlx::query_scalar("select created_at from browser_sessions where id = $1 and expires_at > $2")
        .bind(session_id)
        .bind(now)
        .fetch_optional(db)
        .await
}

/// Lets a visit open to another id, of its own session or another.
pub async fn open_to(db: impl SqliteExecutor<'_>, id: &str, session_id: &str, opens_from: i64) -> Result<()> {
    sqlx::query("update visits set session_id = $2, opens_from = $3 where id = $1")
        .bind(id)
        .bind(session_id)
        .bind(opens_from)
        .execute(db)
        .await
        .map(|_| ())
}
