//! `visits` during the cookie probe: the ticket of the first page, and the session that the visit opens to.

use crate::server::{
    clock::Epoch,
    ids::{SessionId, VisitId},
    storage::{
        Result,
        query::{Executor, query, scalar},
    },
    visit::ProbedVisit,
};

/// Consumes the ticket of a live visit. Returns `None` if it was consumed before or has expired.
pub async fn take_ticket(
    db: impl Executor<'_>,
    id: &VisitId,
    ticket: &[u8],
    now: Epoch,
) -> Result<Option<ProbedVisit>> {
    query(
        "update visits set ticket = null
         where id = $1 and ticket = $2 and ticket_until > $3 and ended_at is null
         returning session_id, by_password, presented_number, created_at, cookie_probed",
    )
    .bind(id)
    .bind(ticket)
    .bind(now)
    .find(db, |row| {
        Ok(ProbedVisit {
            session_id: row.get("session_id")?,
            by_password: row.flag("by_password")?,
            presented_number: row.get("presented_number")?,
            began_at: row.get("created_at")?,
            cookie_probed: row.flag("cookie_probed")?,
        })
    })
    .await
}

/// Puts back a ticket that was sent together with the cookie. It can't buy a bearer token any more.
pub async fn restore_ticket(db: impl Executor<'_>, id: &VisitId, ticket: &[u8]) -> Result<()> {
    query("update visits set ticket = $2, cookie_probed = 1 where id = $1").bind(id).bind(ticket).run(db).await
}

/// Returns when a live session was created.
pub async fn session_created_at(db: impl Executor<'_>, session_id: &SessionId, now: Epoch) -> Result<Option<Epoch>> {
    scalar("select created_at from browser_sessions where id = $1 and expires_at > $2")
        .bind(session_id)
        .bind(now)
        .fetch_optional(db)
        .await
}

/// Lets the session ids from number `opens_from` open a visit, in its own session or another.
pub async fn set_session(db: impl Executor<'_>, id: &VisitId, session_id: &SessionId, opens_from: i64) -> Result<()> {
    query("update visits set session_id = $2, opens_from = $3 where id = $1")
        .bind(id)
        .bind(session_id)
        .bind(opens_from)
        .run(db)
        .await
}
