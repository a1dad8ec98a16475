//! `known_browsers`: in which browsers an account's password was entered, by the hash of their cookie.

use crate::server::{
    clock::Epoch,
    ids::AccountId,
    storage::{
        Result,
        query::{Executor, query, scalar},
    },
};

/// Stores that an account's password was entered in a browser.
pub async fn upsert(db: impl Executor<'_>, hash: &[u8], account_id: &AccountId, now: Epoch) -> Result<()> {
    query(
        "insert into known_browsers (hash, account_id, known_at) values ($1, $2, $3)
         on conflict (hash, account_id) do update set known_at = excluded.known_at",
    )
    .bind(hash)
    .bind(account_id)
    .bind(now)
    .run(db)
    .await
}

/// Whether the account's password was entered in this browser after `since`.
pub async fn is_known(db: impl Executor<'_>, hash: &[u8], account_id: &AccountId, since: Epoch) -> Result<bool> {
    scalar("select exists (select 1 from known_browsers where hash = $1 and account_id = $2 and known_at > $3)")
        .bind(hash)
        .bind(account_id)
        .bind(since)
        .fetch_one(db)
        .await
}

/// Returns for each browser that is known for an account when its password was last entered there.
pub async fn list_times(db: impl Executor<'_>, account_id: &AccountId) -> Result<Vec<Epoch>> {
    scalar("select known_at from known_browsers where account_id = $1 order by known_at desc")
        .bind(account_id)
        .fetch_all(db)
        .await
}

/// Replaces the hash of a browser's cookie.
pub async fn replace_hash(db: impl Executor<'_>, old: &[u8], new: &[u8]) -> Result<()> {
    query("update known_browsers set hash = $2 where hash = $1").bind(old).bind(new).run(db).await
}

/// Deletes all browsers that are known for an account.
pub async fn delete_of_account(db: impl Executor<'_>, account_id: &AccountId) -> Result<()> {
    query("delete from known_browsers where account_id = $1").bind(account_id).run(db).await
}

/// Deletes at most `most` rows that were last renewed at `time` or before.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query(
        "delete from known_browsers where (hash, account_id) in
             (select hash, account_id from known_browsers where known_at <= $1 limit $2)",
    )
    .bind(time)
    .bind(most)
    .execute(db)
    .await
}
