//! `launch_codes`: which codes were launched, by their hash.

use crate::server::clock::Epoch;
use crate::server::storage::Result;
use crate::server::storage::query::{Executor, query};

/// Takes a code; false when it was taken before. The one statement in which a code is won.
pub async fn claim(db: impl Executor<'_>, hash: &[u8], now: Epoch) -> Result<bool> {
    query("insert into launch_codes (hash, launched_at) values ($1, $2) on conflict (hash) do nothing")
        .bind(hash)
        .bind(now)
        .execute(db)
        .await
        .map(|done| done == 1)
}

/// Gives a code back that was never sent.
pub async fn release(db: impl Executor<'_>, hash: &[u8]) -> Result<()> {
    query("delete from launch_codes where hash = $1").bind(hash).execute(db).await.map(|_| ())
}

/// Forgets the codes launched before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from launch_codes where hash in (select hash from launch_codes where launched_at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}
