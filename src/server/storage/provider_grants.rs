//! `provider_grants`: what accounts approved as Syncaroo's provider, and the tickets of the consent form.

use crate::server::{
    clock::Epoch,
    ids::{AccountId, GrantId},
    provider::{CodeGrant, ConnectionId, GrantView, StoredGrant},
    storage::{
        Result, Row, Tx, accounts,
        query::{Executor, query, scalar},
    },
};

/// An approval to store.
pub struct NewGrant<'a> {
    pub id: &'a GrantId,
    pub account_id: &'a AccountId,
    pub connection_id: ConnectionId,
    pub redirect_uri: &'a str,
    pub code_hash: &'a [u8],
    pub code_expires_at: Epoch,
}

pub async fn insert(db: impl Executor<'_>, new: NewGrant<'_>, now: Epoch) -> Result<()> {
    query(
        "insert into provider_grants (id, connection_id, account_id, approved_at, redirect_uri, code_hash,
                                      code_expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.id)
    .bind(new.connection_id.number())
    .bind(new.account_id)
    .bind(now)
    .bind(new.redirect_uri)
    .bind(new.code_hash)
    .bind(new.code_expires_at)
    .run(db)
    .await
}

/// Returns what an account has approved, newest first, without the updates. An approval whose code expired unused is
/// none.
pub async fn list(db: impl Executor<'_>, account_id: &AccountId, now: Epoch) -> Result<Vec<(GrantId, GrantView)>> {
    query(
        "select id, connection_id, approved_at, last_used_at from provider_grants
         where account_id = $1 and (code_used_at is not null or code_expires_at > $2)
         order by approved_at desc, connection_id",
    )
    .bind(account_id)
    .bind(now)
    .list(db, |row| {
        let connection_id = ConnectionId::stored(row.get("connection_id")?);
        let (approved_at, last_used_at) = (row.get("approved_at")?, row.get("last_used_at")?);
        Ok((row.get("id")?, GrantView { connection_id, approved_at, last_used_at, updates: Vec::new() }))
    })
    .await
}

/// Returns how many grants an account has.
pub async fn count(db: impl Executor<'_>, account_id: &AccountId) -> Result<i64> {
    scalar("select count(*) from provider_grants where account_id = $1").bind(account_id).fetch_one(db).await
}

/// Finds a grant by the code of its approval, also after the code was used or has expired.
pub async fn find_by_code(db: impl Executor<'_>, code_hash: &[u8]) -> Result<Option<CodeGrant>> {
    query(
        "select g.id as grant_id, g.connection_id, a.id as account_id, a.email, a.name as account_name,
                a.disabled_at as account_disabled_at, g.redirect_uri, g.code_expires_at,
                g.code_used_at is not null as was_used
         from provider_grants g join accounts a on a.id = g.account_id
         where g.code_hash = $1",
    )
    .bind(code_hash)
    .find(db, |row| {
        Ok(CodeGrant {
            grant: from_row(row)?,
            redirect_uri: row.get("redirect_uri")?,
            expires_at: row.get("code_expires_at")?,
            was_used: row.get("was_used")?,
        })
    })
    .await
}

/// Marks a grant's code as used.
pub async fn mark_exchanged(db: impl Executor<'_>, id: &GrantId, now: Epoch) -> Result<bool> {
    query("update provider_grants set code_used_at = $2, renewed_at = $2 where id = $1 and code_used_at is null")
        .bind(id)
        .bind(now)
        .changes_one(db)
        .await
}

/// Deletes the grant in use of a connection, of any account, except the given one.
pub async fn delete_others_in_use(db: impl Executor<'_>, connection_id: ConnectionId, except: &GrantId) -> Result<()> {
    query("delete from provider_grants where connection_id = $1 and code_used_at is not null and id <> $2")
        .bind(connection_id.number())
        .bind(except)
        .run(db)
        .await
}

/// Records that new tokens were issued.
pub async fn mark_renewed(db: impl Executor<'_>, id: &GrantId, now: Epoch) -> Result<()> {
    query("update provider_grants set renewed_at = $2 where id = $1").bind(id).bind(now).run(db).await
}

/// Records that a token was presented.
pub async fn touch(db: impl Executor<'_>, id: &GrantId, now: Epoch) -> Result<()> {
    query("update provider_grants set last_used_at = $2 where id = $1").bind(id).bind(now).run(db).await
}

/// Deletes a grant with its tokens and updates.
pub async fn delete(db: impl Executor<'_>, id: &GrantId) -> Result<bool> {
    query("delete from provider_grants where id = $1").bind(id).changes_one(db).await
}

/// Deletes an account's grant for a connection with its tokens and updates. Returns false if there is none.
pub async fn delete_of_connection(
    db: impl Executor<'_>,
    account_id: &AccountId,
    connection_id: ConnectionId,
) -> Result<bool> {
    query("delete from provider_grants where account_id = $1 and connection_id = $2")
        .bind(account_id)
        .bind(connection_id.number())
        .changes_one(db)
        .await
}

/// Deletes an account's approvals whose code expired unused.
pub async fn delete_expired_of(db: impl Executor<'_>, account_id: &AccountId, now: Epoch) -> Result<()> {
    query("delete from provider_grants where account_id = $1 and code_used_at is null and code_expires_at <= $2")
        .bind(account_id)
        .bind(now)
        .run(db)
        .await
}

/// Deletes everything that an account approved and shared.
pub async fn delete_of_account(tx: &mut Tx, account_id: &AccountId) -> Result<()> {
    query("delete from provider_grants where account_id = $1").bind(account_id).run(&mut *tx).await?;
    query("delete from provider_places where account_id = $1").bind(account_id).run(tx).await
}

/// Marks a consent form's ticket as spent. Returns false if it was spent before.
pub async fn spend_ticket(db: impl Executor<'_>, hash: &[u8], expires_at: Epoch) -> Result<bool> {
    query("insert into provider_spent_tickets (hash, expires_at) values ($1, $2) on conflict (hash) do nothing")
        .bind(hash)
        .bind(expires_at)
        .changes_one(db)
        .await
}

/// Deletes at most `most` spent tickets that have expired.
pub async fn sweep_tickets(db: impl Executor<'_>, now: Epoch, most: i64) -> Result<u64> {
    query(
        "delete from provider_spent_tickets where hash in (
             select hash from provider_spent_tickets where expires_at <= $1 limit $2)",
    )
    .bind(now)
    .bind(most)
    .execute(db)
    .await
}

/// Deletes at most `most` approvals whose code expired unused.
pub async fn sweep_not_exchanged(db: impl Executor<'_>, now: Epoch, most: i64) -> Result<u64> {
    query(
        "delete from provider_grants where id in (
             select id from provider_grants where code_used_at is null and code_expires_at <= $1 limit $2)",
    )
    .bind(now)
    .bind(most)
    .execute(db)
    .await
}

/// Deletes at most `most` grants whose tokens were last renewed before `time`.
pub async fn sweep_idle(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from provider_grants where id in (select id from provider_grants where renewed_at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}

/// Reads `grant_id`, `connection_id` and the columns of the account.
pub(super) fn from_row(row: &Row) -> Result<StoredGrant> {
    Ok(StoredGrant {
        id: row.get("grant_id")?,
        account: accounts::from_row(row)?,
        connection_id: ConnectionId::stored(row.get("connection_id")?),
    })
}
