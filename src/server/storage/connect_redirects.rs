//! `connect_tickets` and `oauth_states`: one-time values that begin and complete a redirect to a consent page.

use crate::server::{
    clock::Epoch,
    connection::{System, WaitingRedirect},
    ids::{AccountId, VisitId},
    storage::{
        Result, Row,
        connections::system,
        query::{Executor, query},
    },
};

/// Consumes a ticket, by its hash. Returns false if it was used before.
pub async fn use_ticket(db: impl Executor<'_>, hash: &[u8], expires_at: Epoch) -> Result<bool> {
    query("insert into connect_tickets (hash, expires_at) values ($1, $2) on conflict (hash) do nothing")
        .bind(hash)
        .bind(expires_at)
        .changes_one(db)
        .await
}

/// Stores a redirect that waits for its callback, by the hash of its state.
pub async fn insert_state(
    db: impl Executor<'_>,
    hash: &[u8],
    redirect: &WaitingRedirect,
    expires_at: Epoch,
) -> Result<()> {
    let (visit, account) = redirect.actor.clone().unzip();
    query(
        "insert into oauth_states (hash, system, account_id, visit_id, cookie_hash, connection_id, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(hash)
    .bind(redirect.system.name())
    .bind(account)
    .bind(visit)
    .bind(redirect.cookie_hash.map(|hash| hash.to_vec()))
    .bind(redirect.connection.clone())
    .bind(expires_at)
    .run(db)
    .await
}

/// Deletes all but the newest `most` waiting redirects of an account, or of the command line.
pub async fn delete_oldest_states(db: impl Executor<'_>, account: Option<&AccountId>, most: i64) -> Result<()> {
    query(
        "delete from oauth_states where hash in (
             select hash from oauth_states where account_id is not distinct from $1
             order by expires_at desc, hash limit 1000 offset $2)",
    )
    .bind(account.cloned())
    .bind(most)
    .run(db)
    .await
}

/// Consumes the state of a callback, if the cookie belongs to it. A state from the command line has no cookie.
pub async fn take_state(
    db: impl Executor<'_>,
    hash: &[u8],
    of: System,
    cookie_hash: Option<[u8; 32]>,
    now: Epoch,
) -> Result<Option<WaitingRedirect>> {
    query(
        "delete from oauth_states
         where hash = $1 and system = $2 and expires_at > $3
           and (cookie_hash = $4 or (cookie_hash is null and visit_id is null))
         returning system, account_id, visit_id, connection_id",
    )
    .bind(hash)
    .bind(of.name())
    .bind(now)
    .bind(cookie_hash.unwrap_or_default())
    .find(db, from_row)
    .await
}

/// Deletes at most `most` expired tickets.
pub async fn sweep_tickets(db: impl Executor<'_>, now: Epoch, most: i64) -> Result<u64> {
    query(
        "delete from connect_tickets where hash in (select hash from connect_tickets where expires_at <= $1 limit $2)",
    )
    .bind(now)
    .bind(most)
    .execute(db)
    .await
}

/// Deletes at most `most` expired states.
pub async fn sweep_states(db: impl Executor<'_>, now: Epoch, most: i64) -> Result<u64> {
    query("delete from oauth_states where hash in (select hash from oauth_states where expires_at <= $1 limit $2)")
        .bind(now)
        .bind(most)
        .execute(db)
        .await
}

fn from_row(row: &Row) -> Result<WaitingRedirect> {
    let (visit, account): (Option<VisitId>, Option<AccountId>) = (row.get("visit_id")?, row.get("account_id")?);
    Ok(WaitingRedirect {
        system: system(row)?,
        actor: visit.zip(account),
        cookie_hash: None,
        connection: row.get("connection_id")?,
    })
}
