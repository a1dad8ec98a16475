//! `visits` that end: one, those that go with it, all of an account or an identity; each tells which they were, for
//! the audit.

use std::collections::BTreeSet;

use crate::server::audit::{AuditAction, ClientInfo};
use crate::server::clock::Epoch;
use crate::server::storage::Row;
use crate::server::storage::query::{Executor, Statement, query};
use crate::server::storage::{Result, Tx, audit, browser_sessions};
use crate::server::visit::RevokedVisit;
use crate::server::visit::VisitCaps;

/// Ends a visit, and those that the same browser began before it as the same identity and account and has not used
/// since: what earlier clicks left behind.
pub async fn with_left_behind(db: impl Executor<'_>, id: &str, now: Epoch) -> Result<Vec<RevokedVisit>> {
    let command = query(
        "update visits set ended_at = $2
         where ended_at is null and id in (
             select o.id from visits v
             join visits o on o.session_id = v.session_id
             where v.id = $1 and o.ended_at is null
               and (o.id = v.id
                    or (o.account_id = v.account_id and coalesce(o.identity_id, '') = coalesce(v.identity_id, '')
                        and o.used_at < v.created_at)))
         returning id, session_id, account_id, identity_id",
    )
    .bind(id)
    .bind(now);
    all(db, command).await
}

/// Ends a visit that somebody has a copy of, and every tab that was opened from it.
pub async fn stolen(db: impl Executor<'_>, id: &str, now: Epoch) -> Result<Vec<RevokedVisit>> {
    let command = query(
        "update visits set ended_at = $2 where (id = $1 or opened_by = $1) and ended_at is null
         returning id, session_id, account_id, identity_id",
    )
    .bind(id)
    .bind(now);
    all(db, command).await
}

/// Ends the visits that hold an identity: it has an account now.
pub async fn pending_of(db: impl Executor<'_>, identity_id: &str, now: Epoch) -> Result<()> {
    query("update visits set ended_at = $2 where identity_id = $1 and account_id is null and ended_at is null")
        .bind(identity_id)
        .bind(now)
        .execute(db)
        .await
        .map(|_| ())
}

/// Ends all visits of an identity, held ones too: it is unlinked.
pub async fn of_identity(db: impl Executor<'_>, identity_id: &str, now: Epoch) -> Result<Vec<RevokedVisit>> {
    let command = query(
        "update visits set ended_at = $2 where identity_id = $1 and ended_at is null
         returning id, session_id, account_id, identity_id",
    )
    .bind(identity_id)
    .bind(now);
    all(db, command).await
}

/// Ends all visits of the people of a subdomain's companies.
pub async fn of_company(db: impl Executor<'_>, subdomain: &str, now: Epoch) -> Result<Vec<RevokedVisit>> {
    let command = query(
        "update visits set ended_at = $2
         where ended_at is null
           and identity_id in (select i.id from companies c
                               join identities i on i.issuer = c.issuer and i.subdomain = c.subdomain
                               where c.subdomain = $1)
         returning id, session_id, account_id, identity_id",
    )
    .bind(subdomain)
    .bind(now);
    all(db, command).await
}

/// Ends what a browser session and an account have open beyond `caps`, at most 500 visits of each: held visits that ran
/// out first, then those that were used longest ago, and never `new`, the visit that was just begun, linked or moved to
/// the session.
pub async fn beyond(
    db: impl Executor<'_>,
    new: &str,
    session_id: &str,
    account_id: Option<&str>,
    caps: VisitCaps,
    now: Epoch,
) -> Result<Vec<RevokedVisit>> {
    let command = query(
        "update visits set ended_at = $2
         where id in (
             select id from (select id from visits where session_id = $3 and ended_at is null and id <> $1
                             order by coalesce(pending_until, $2 + 1) <= $2, used_at desc, created_at desc
                             limit 500 offset $5)
             union all
             select id from (select id from visits where account_id = $4 and ended_at is null and id <> $1
                             order by used_at desc, created_at desc limit 500 offset $6))
         returning id, session_id, account_id, identity_id",
    )
    .bind(new)
    .bind(now)
    .bind(session_id)
    .bind(account_id)
    .bind(caps.of_session - 1)
    .bind(caps.of_account - 1);
    all(db, command).await
}

/// Ends one visit of an account; none when it is not the account's, or over.
pub async fn of_account(db: impl Executor<'_>, account_id: &str, id: &str, now: Epoch) -> Result<Option<RevokedVisit>> {
    let row = query(
        "update visits set ended_at = $3 where id = $2 and account_id = $1 and ended_at is null
         returning id, session_id, account_id, identity_id",
    )
    .bind(account_id)
    .bind(id)
    .bind(now)
    .fetch_optional(db)
    .await?;
    row.as_ref().map(ended).transpose()
}

/// Ends all visits of an account, but for one where that is named.
pub async fn all_of_account(
    db: impl Executor<'_>,
    account_id: &str,
    but: Option<&str>,
    now: Epoch,
) -> Result<Vec<RevokedVisit>> {
    let command = query(
        "update visits set ended_at = $3 where account_id = $1 and ended_at is null and id <> coalesce($2, '')
         returning id, session_id, account_id, identity_id",
    )
    .bind(account_id)
    .bind(but)
    .bind(now);
    all(db, command).await
}

/// Records ended visits of accounts in the audit and deletes their browser sessions that have no live visit left.
pub async fn close(
    tx: &mut Tx,
    ended: &[RevokedVisit],
    action: AuditAction,
    client: &ClientInfo,
    now: Epoch,
) -> Result<()> {
    audit::ended(&mut *tx, action, ended, client, now).await?;
    let sessions: BTreeSet<&str> = ended.iter().map(|visit| visit.session_id.as_str()).collect();
    browser_sessions::delete_empty(tx, &sessions.into_iter().collect::<Vec<_>>(), now).await
}

/// Runs a command that returns the visits that it ended.
async fn all(db: impl Executor<'_>, statement: Statement) -> Result<Vec<RevokedVisit>> {
    statement.fetch_all(db).await?.iter().map(ended).collect()
}

/// Reads the columns `id, session_id, account_id, identity_id`.
fn ended(row: &Row) -> Result<RevokedVisit> {
    Ok(RevokedVisit {
        id: row.get("id")?,
        session_id: row.get("session_id")?,
        account_id: row.get("account_id")?,
        identity_id: row.get("identity_id")?,
    })
}
