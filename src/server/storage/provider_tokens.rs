//! `provider_tokens`: pairs of tokens issued to Syncaroo, by their hashes.

use super::provider_grants::from_row;
use crate::server::{
    clock::Epoch,
    ids::GrantId,
    provider::{AccessPair, NewPair, RefreshPair},
    storage::{
        Result,
        query::{Executor, query},
    },
};

pub async fn insert(db: impl Executor<'_>, grant_id: &GrantId, number: i64, pair: NewPair) -> Result<()> {
    query(
        "insert into provider_tokens (grant_id, number, access_hash, refresh_hash, issued_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(grant_id)
    .bind(number)
    .bind(pair.access_hash)
    .bind(pair.refresh_hash)
    .bind(pair.issued_at)
    .bind(pair.expires_at)
    .run(db)
    .await
}

/// Finds the pair of a refresh token, with the newest pair of its grant.
pub async fn find_by_refresh(db: impl Executor<'_>, refresh_hash: &[u8]) -> Result<Option<RefreshPair>> {
    query(
        "select g.id as grant_id, g.connection_id, a.id as account_id, a.email, a.name as account_name,
                a.disabled_at as account_disabled_at, g.renewed_at, t.number, n.number as newest, n.used as newest_used
         from provider_tokens t
         join provider_grants g on g.id = t.grant_id
         join accounts a on a.id = g.account_id
         join provider_tokens n on n.grant_id = t.grant_id
         where t.refresh_hash = $1
         order by n.number desc limit 1",
    )
    .bind(refresh_hash)
    .find(db, |row| {
        Ok(RefreshPair {
            grant: from_row(row)?,
            renewed_at: row.get("renewed_at")?,
            number: row.get("number")?,
            newest: row.get("newest")?,
            newest_used: row.flag("newest_used")?,
        })
    })
    .await
}

/// Finds the pair of an access token, which may have expired.
pub async fn find_by_access(db: impl Executor<'_>, access_hash: &[u8]) -> Result<Option<AccessPair>> {
    query(
        "select g.id as grant_id, g.connection_id, a.id as account_id, a.email, a.name as account_name,
                a.disabled_at as account_disabled_at, g.last_used_at, t.expires_at, t.used
         from provider_tokens t
         join provider_grants g on g.id = t.grant_id
         join accounts a on a.id = g.account_id
         where t.access_hash = $1",
    )
    .bind(access_hash)
    .find(db, |row| {
        Ok(AccessPair {
            grant: from_row(row)?,
            expires_at: row.get("expires_at")?,
            was_used: row.flag("used")?,
            last_used_at: row.get("last_used_at")?,
        })
    })
    .await
}

/// Records that a pair's access token was presented. Returns false if the pair was replaced or revoked.
pub async fn mark_access_used(db: impl Executor<'_>, access_hash: &[u8]) -> Result<bool> {
    query("update provider_tokens set used = 1 where access_hash = $1").bind(access_hash).changes_one(db).await
}

/// Records that a pair's refresh token was presented.
pub async fn mark_used(db: impl Executor<'_>, grant_id: &GrantId, number: i64) -> Result<()> {
    query("update provider_tokens set used = 1 where grant_id = $1 and number = $2")
        .bind(grant_id)
        .bind(number)
        .run(db)
        .await
}

/// Deletes a pair.
pub async fn delete(db: impl Executor<'_>, grant_id: &GrantId, number: i64) -> Result<()> {
    query("delete from provider_tokens where grant_id = $1 and number = $2").bind(grant_id).bind(number).run(db).await
}

/// Deletes at most `most` pairs whose successor was issued before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query(
        "delete from provider_tokens where access_hash in (
             select t.access_hash from provider_tokens n
             join provider_tokens t on t.grant_id = n.grant_id and t.number = n.number - 1
             where n.issued_at < $1 limit $2)",
    )
    .bind(time)
    .bind(most)
    .execute(db)
    .await
}
