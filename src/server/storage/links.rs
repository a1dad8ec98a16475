//! `links`: which account an identity leads to. Rows are inserted and deleted, never updated (a trigger refuses).

use crate::server::clock::Epoch;
use crate::server::identity::LinkOf;
use crate::server::identity::LinkedIdentity;
use crate::server::identity::RecentLink;
use crate::server::storage::Row;
use crate::server::storage::query::{Executor, query, scalar};
use crate::server::storage::{Result, identities};

/// Links; false when the identity has a link already, whoever's.
pub async fn insert(db: impl Executor<'_>, identity_id: &str, account_id: &str, now: Epoch) -> Result<bool> {
    query(
        "insert into links (identity_id, account_id, linked_at) values ($1, $2, $3) on conflict (identity_id) do nothing",
    )
    .bind(identity_id)
    .bind(account_id)
    .bind(now)
    .execute(db)
    .await
    .map(|done| done == 1)
}

/// The link of an outside system's user; none where there is none.
pub async fn of_user(db: impl Executor<'_>, issuer: &str, subdomain: &str, user_id: &str) -> Result<Option<LinkOf>> {
    let row = query(
        "select i.id, a.id, a.email, c.name
         from identities i
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         join links l on l.identity_id = i.id
         join accounts a on a.id = l.account_id
         where i.issuer = $1 and i.subdomain = $2 and i.user_id = $3",
    )
    .bind(issuer)
    .bind(subdomain)
    .bind(user_id)
    .fetch_optional(db)
    .await?;
    let read = |row: Row| {
        Ok(LinkOf { identity_id: row.get(0)?, account_id: row.get(1)?, email: row.get(2)?, company: row.get(3)? })
    };
    row.map(read).transpose()
}

/// All that lead to an account, the one launched last first.
pub async fn of_account(db: impl Executor<'_>, account_id: &str) -> Result<Vec<LinkedIdentity>> {
    let rows = query(
        "select i.id as identity_id, i.issuer, i.subdomain, i.user_id, i.properties, i.first_seen_at, i.launched_at,
                c.name as company, c.disabled_at as company_disabled_at, c.suspended_at as company_suspended_at, l.linked_at
         from links l
         join identities i on i.id = l.identity_id
         join companies c on c.issuer = i.issuer and c.subdomain = i.subdomain
         where l.account_id = $1 order by i.launched_at desc, i.id",
    )
    .bind(account_id)
    .fetch_all(db)
    .await?;
    let read = |row: &Row| {
        Ok(LinkedIdentity {
            identity: identities::from_row(row)?,
            linked_at: row.get("linked_at")?,
            first_seen_at: row.get("first_seen_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// The links of an account that were made since a time, newest first; without those of one identity and those that one
/// browser session made. The visit that made a link is the only one that acts as its identity and account, began before it,
/// and did not end before it.
pub async fn since(
    db: impl Executor<'_>,
    account_id: &str,
    time: Epoch,
    (but, session_id): (Option<&str>, &str),
) -> Result<Vec<RecentLink>> {
    let rows = query(
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
    .bind(but)
    .bind(session_id)
    .fetch_all(db)
    .await?;
    let read = |row: &Row| Ok(RecentLink { company: row.get(0)?, user_id: row.get(1)?, linked_at: row.get(2)? });
    rows.iter().map(read).collect()
}

/// Takes an identity from the account that it leads to; false when it does not.
pub async fn delete(db: impl Executor<'_>, identity_id: &str, account_id: &str) -> Result<bool> {
    query("delete from links where identity_id = $1 and account_id = $2")
        .bind(identity_id)
        .bind(account_id)
        .execute(db)
        .await
        .map(|done| done == 1)
}

/// How many identities lead to an account.
pub async fn count(db: impl Executor<'_>, account_id: &str) -> Result<i64> {
    scalar("select count(*) from links where account_id = $1").bind(account_id).fetch_one(db).await
}
