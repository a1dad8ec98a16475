//! Counts for operators, read from several tables when metrics are requested.

use crate::server::{
    clock::Epoch,
    metrics::Gauges,
    storage::{
        Result,
        query::{Executor, query},
    },
};

/// Counts live visits by session credential, pending visits, links, suspended companies and waiting events.
pub async fn count(db: impl Executor<'_>, now: Epoch) -> Result<Gauges> {
    let row = query(
        "select count(*) filter (where not pending and not by_bearer) as by_cookie,
                count(*) filter (where not pending and by_bearer) as by_bearer,
                count(*) filter (where pending) as pending,
                (select count(*) from links) as links,
                (select count(*) from companies where suspended_at is not null) as suspended,
                (select count(*) from events where due_at is not null) as events_waiting
         from (select v.account_id is null as pending,
                      exists (select 1 from bearers r where r.visit_id = v.id) as by_bearer
               from visits v
               join browser_sessions b on b.id = v.session_id and b.expires_at > $1
               where v.ended_at is null and (v.pending_until is null or v.pending_until > $1)) live",
    )
    .bind(now)
    .fetch_one(db)
    .await?;
    Ok(Gauges {
        by_cookie: row.get("by_cookie")?,
        by_bearer: row.get("by_bearer")?,
        pending: row.get("pending")?,
        links: row.get("links")?,
        suspended: row.get("suspended")?,
        events_waiting: row.get("events_waiting")?,
    })
}
