//! Ending `visits`: one, several that belong together, or all of an account, an identity or a company. Most functions
//! return the visits that they ended, for the audit.

use std::collections::BTreeSet;

use crate::server::{
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    ids::{AccountId, IdentityId, SessionId, VisitId},
    storage::{
        Result, Row, Tx, audit, browser_sessions,
        query::{Executor, query},
    },
    visit::{RevokedVisit, VisitCaps},
};

/// Ends a visit, and the earlier visits of the same browser, identity and account that haven't been used since it
/// began.
pub async fn with_unused(db: impl Executor<'_>, id: &VisitId, now: Epoch) -> Result<Vec<RevokedVisit>> {
    query(
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
    .bind(now)
    .list(db, from_row)
    .await
}

/// Ends a visit whose bearer token was copied, and every visit that was opened from it in a new tab.
pub async fn with_tabs(db: impl Executor<'_>, id: &VisitId, now: Epoch) -> Result<Vec<RevokedVisit>> {
    query(
        "update visits set ended_at = $2 where (id = $1 or opened_by = $1) and ended_at is null
         returning id, session_id, account_id, identity_id",
    )
    .bind(id)
    .bind(now)
    .list(db, from_row)
    .await
}

/// Ends an identity's pending visits, because it was linked in another visit.
pub async fn pending_of_identity(db: impl Executor<'_>, identity_id: &IdentityId, now: Epoch) -> Result<()> {
    query("update visits set ended_at = $2 where identity_id = $1 and account_id is null and ended_at is null")
        .bind(identity_id)
        .bind(now)
        .run(db)
        .await
}

/// Ends all visits of an identity, even pending ones, because it was unlinked.
pub async fn of_identity(db: impl Executor<'_>, identity_id: &IdentityId, now: Epoch) -> Result<Vec<RevokedVisit>> {
    query(
        "update visits set ended_at = $2 where identity_id = $1 and ended_at is null
         returning id, session_id, account_id, identity_id",
    )
    .bind(identity_id)
    .bind(now)
    .list(db, from_row)
    .await
}

/// Ends all visits of the identities of a subdomain's companies.
pub async fn of_company(db: impl Executor<'_>, subdomain: &str, now: Epoch) -> Result<Vec<RevokedVisit>> {
    query(
        "update visits set ended_at = $2
         where ended_at is null
           and identity_id in (select i.id from companies c
                               join identities i on i.issuer = c.issuer and i.subdomain = c.subdomain
                               where c.subdomain = $1)
         returning id, session_id, account_id, identity_id",
    )
    .bind(subdomain)
    .bind(now)
    .list(db, from_row)
    .await
}

/// Ends the open visits of a browser session and an account that exceed `caps`, at most 500 of each: expired pending
/// visits first, then the least recently used. Never ends `new`, the visit that was just started, linked or moved to
/// the session.
pub async fn over_caps(
    db: impl Executor<'_>,
    new: &VisitId,
    session_id: &SessionId,
    account_id: Option<&AccountId>,
    caps: VisitCaps,
    now: Epoch,
) -> Result<Vec<RevokedVisit>> {
    query(
        "update visits set ended_at = $2
         where id in (
             select id from (select id from visits where session_id = $3 and ended_at is null and id <> $1
                             order by coalesce(pending_until, $2 + 1) <= $2, used_at desc, created_at desc
                             limit 500 offset $5) of_session
             union all
             select id from (select id from visits where account_id = $4 and ended_at is null and id <> $1
                             order by used_at desc, created_at desc limit 500 offset $6) of_account)
         returning id, session_id, account_id, identity_id",
    )
    .bind(new)
    .bind(now)
    .bind(session_id)
    .bind(account_id)
    .bind(caps.of_session - 1)
    .bind(caps.of_account - 1)
    .list(db, from_row)
    .await
}

/// Ends one visit of an account. Returns `None` if it is another account's, or has ended.
pub async fn of_account(
    db: impl Executor<'_>,
    account_id: &AccountId,
    id: &VisitId,
    now: Epoch,
) -> Result<Option<RevokedVisit>> {
    query(
        "update visits set ended_at = $3 where id = $2 and account_id = $1 and ended_at is null
         returning id, session_id, account_id, identity_id",
    )
    .bind(account_id)
    .bind(id)
    .bind(now)
    .find(db, from_row)
    .await
}

/// Ends all visits of an account, except for `except`.
pub async fn all_of_account(
    db: impl Executor<'_>,
    account_id: &AccountId,
    except: Option<&VisitId>,
    now: Epoch,
) -> Result<Vec<RevokedVisit>> {
    query(
        "update visits set ended_at = $3 where account_id = $1 and ended_at is null and id <> coalesce($2, '')
         returning id, session_id, account_id, identity_id",
    )
    .bind(account_id)
    .bind(except)
    .bind(now)
    .list(db, from_row)
    .await
}

/// Records ended visits of accounts in the audit and deletes their browser sessions that have no live visit left.
pub async fn close(
    tx: &mut Tx,
    ended: &[RevokedVisit],
    action: AuditAction,
    client: &ClientInfo,
    now: Epoch,
) -> Result<()> {
    audit::insert_ended(&mut *tx, action, ended, client, now).await?;
    let sessions: BTreeSet<&SessionId> = ended.iter().map(|visit| &visit.session_id).collect();
    browser_sessions::delete_without_visits(tx, &sessions.into_iter().collect::<Vec<_>>(), now).await
}

/// Reads the columns `id, session_id, account_id, identity_id`.
fn from_row(row: &Row) -> Result<RevokedVisit> {
    Ok(RevokedVisit {
        id: row.get("id")?,
        session_id: row.get("session_id")?,
        account_id: row.get("account_id")?,
        identity_id: row.get("identity_id")?,
    })
}
