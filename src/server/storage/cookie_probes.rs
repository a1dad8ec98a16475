//! `visits` as their first page's ticket finds them, and whom it opens them to.

use crate::server::clock::Epoch;
use crate::server::storage::Result;
use crate::server::storage::query::{Executor, query, scalar};
use crate::server::visit::ProbedVisit;

/// Consumes the ticket of a live visit, in time.
pub async fn take(db: impl Executor<'_>, id: &str, ticket: &[u8], now: Epoch) -> Result<Option<ProbedVisit>> {
    let row = query(
        "update visits set ticket = null
         where id = $1 and ticket = $2 and ticket_until > $3 and ended_at is null
         returning session_id, by_password, presented_number, created_at, cookie_probed",
    )
    .bind(id)
    .bind(ticket)
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(ProbedVisit {
            session_id: row.get(0)?,
            by_password: row.get::<i64>(1)? != 0,
            presented_number: row.get(2)?,
            began_at: row.get(3)?,
            cookie_probed: row.get::<i64>(4)? != 0,
        })
    })
    .transpose()
}

/// Gives a ticket back that came with the cookie: it buys no bearer any more.
pub async fn give_back(db: impl Executor<'_>, id: &str, ticket: &[u8]) -> Result<()> {
    query("update visits set ticket = $2, cookie_probed = 1 where id = $1")
        .bind(id)
        .bind(ticket)
        .execute(db)
        .await
        .map(|_| ())
}

/// When a live session began.
pub async fn session_began(db: impl Executor<'_>, session_id: &str, now: Epoch) -> Result<Option<Epoch>> {
    scalar("select created_at from browser_sessions where id = $1 and expires_at > $2")
        .bind(session_id)
        .bind(now)
        .fetch_optional(db)
        .await
}

/// Lets a visit open to another id, of its own session or another.
pub async fn open_to(db: impl Executor<'_>, id: &str, session_id: &str, opens_from: i64) -> Result<()> {
    query("update visits set session_id = $2, opens_from = $3 where id = $1")
        .bind(id)
        .bind(session_id)
        .bind(opens_from)
        .execute(db)
        .await
        .map(|_| ())
}
