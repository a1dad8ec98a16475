//! `links`: the account of an identity. Rows are inserted and deleted, never updated (a trigger refuses that).

use crate::server::{
    clock::Epoch,
    identity::{LinkOf, LinkedIdentity, RecentLink},
    ids::{AccountId, IdentityId, SessionId},
    storage::{
        Result, identities,
        query::{Executor, query, scalar},
    },
};

/// Links an identity. Returns false if it is linked already, to any account.
pub async fn insert(
    db: impl Executor<'_>,
    identity_id: &IdentityId,
    account_id: &AccountId,
    now: Epoch,
) -> Result<bool> {
    query(
        "insert into links (identity_id, account_id, linked_at) values ($1, $2, $3)
         on conflict (identity_id) do nothing",
    )
    .bind(identity_id)
    .bind(account_id)
    .bind(now)
    .changes_one(db)
    .await
}

/// Returns the link of an outside system's user.
pub async fn find_by_user(
    db: impl Executor<'_>,
    issuer: &str,
    subdomain: &str,
    user_id: &str,
) -> Result<Option<LinkOf>> {
    query(
        "select i.id as identity_id, a.id as account_id, a.email, c.name as company
         from identities i
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         join links l on l.identity_id = i.id
         join accounts a on a.id = l.account_id
         where i.issuer = $1 and i.subdomain = $2 and i.user_id = $3",
    )
    .bind(issuer)
    .bind(subdomain)
    .bind(user_id)
    .find(db, |row| {
        Ok(LinkOf {
            identity_id: row.get("identity_id")?,
            account_id: row.get("account_id")?,
            email: row.get("email")?,
            company: row.get("company")?,
        })
    })
    .await
}

/// Returns how many identities are linked to an account.
pub async fn count(db: impl Executor<'_>, account_id: &AccountId) -> Result<i64> {
    scalar("select count(*) from links where account_id = $1").bind(account_id).fetch_one(db).await
}

/// Returns the identities of an account, most recently launched first.
pub async fn list(db: impl Executor<'_>, account_id: &AccountId) -> Result<Vec<LinkedIdentity>> {
    query(
        "select i.id as identity_id, i.issuer, i.subdomain, i.user_id, i.properties, i.first_seen_at, i.launched_at,
                c.name as company, c.disabled_at as company_disabled_at, c.suspended_at as company_suspended_at,
                l.linked_at
         from links l
         join identities i on i.id = l.identity_id
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where l.account_id = $1 order by i.launched_at desc, i.id",
    )
    .bind(account_id)
    .list(db, |row| {
        Ok(LinkedIdentity {
            identity: identities::from_row(row)?,
            linked_at: row.get("linked_at")?,
            first_seen_at: row.get("first_seen_at")?,
        })
    })
    .await
}

/// Returns the links of an account that were made after a time, newest first, without that of one identity and without
/// those that one browser session made. The visit that made a link is the only one that acts as its identity and
/// account, began before the link and did not end before it.
pub async fn list_since(
    db: impl Executor<'_>,
    account_id: &AccountId,
    time: Epoch,
    (except_identity, except_session): (Option<&IdentityId>, &SessionId),
) -> Result<Vec<RecentLink>> {
    query(
        "select c.name, i.user_id, l.linked_at
         from links l
         join identities i on i.id = l.identity_id
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where l.account_id = $1 and l.linked_at > $2 and l.identity_id <> coalesce($3, '') and c.disabled_at is null
           and c.suspended_at is null
           and not exists (select 1 from visits v
                           where v.session_id = $4 and v.identity_id = l.identity_id and v.account_id = l.account_id
                             and v.created_at <= l.linked_at and (v.ended_at is null or v.ended_at > l.linked_at))
         order by l.linked_at desc, i.id",
    )
    .bind(account_id)
    .bind(time)
    .bind(except_identity)
    .bind(except_session)
    .list(db, |row| {
        Ok(RecentLink { company: row.get("name")?, user_id: row.get("user_id")?, linked_at: row.get("linked_at")? })
    })
    .await
}

/// Unlinks an identity from an account. Returns false if it is not linked to that account.
pub async fn delete(db: impl Executor<'_>, identity_id: &IdentityId, account_id: &AccountId) -> Result<bool> {
    query("delete from links where identity_id = $1 and account_id = $2")
        .bind(identity_id)
        .bind(account_id)
        .changes_one(db)
        .await
}
