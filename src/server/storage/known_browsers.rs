//! `known_browsers`: in which browsers an account's password was given, by the hash of what their cookie carries.

use crate::server::clock::Epoch;
use crate::server::storage::Result;
use crate::server::storage::query::{Executor, query, scalar};

/// Whether the account's password was given in this browser since `since`.
pub async fn knows(db: impl Executor<'_>, hash: &[u8], account_id: &str, since: Epoch) -> Result<bool> {
    scalar("select exists (select 1 from known_browsers where hash = $1 and account_id = $2 and known_at > $3)")
        .bind(hash)
        .bind(account_id)
        .bind(since)
        .fetch_one(db)
        .await
}

pub async fn insert(db: impl Executor<'_>, hash: &[u8], account_id: &str, now: Epoch) -> Result<()> {
    query(
        "insert into known_browsers (hash, account_id, known_at) values ($1, $2, $3)
         on conflict (hash, account_id) do update set known_at = excluded.known_at",
    )
    .bind(hash)
    .bind(account_id)
    .bind(now)
    .execute(db)
    .await
    .map(|_| ())
}

/// What was known under one hash is known under another from now on.
pub async fn rename(db: impl Executor<'_>, from: &[u8], to: &[u8]) -> Result<()> {
    query("update known_browsers set hash = $2 where hash = $1").bind(from).bind(to).execute(db).await.map(|_| ())
}

/// When an account's password was given, in each browser that is known for it.
pub async fn times(db: impl Executor<'_>, account_id: &str) -> Result<Vec<Epoch>> {
    scalar("select known_at from known_browsers where account_id = $1 order by known_at desc")
        .bind(account_id)
        .fetch_all(db)
        .await
}

/// Forgets all browsers in which an account's password was given.
pub async fn forget(db: impl Executor<'_>, account_id: &str) -> Result<()> {
    query("delete from known_browsers where account_id = $1").bind(account_id).execute(db).await.map(|_| ())
}

/// Forgets those not seen since `time`.
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
