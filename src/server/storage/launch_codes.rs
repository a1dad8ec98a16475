//! `launch_codes`: the hashes of codes that were launched. A code works once.

use crate::server::{
    clock::Epoch,
    storage::{
        Result,
        query::{Executor, query},
    },
};

/// Claims a code. Returns false if it was claimed before: of several launches with one code, one gets true.
pub async fn claim(db: impl Executor<'_>, hash: &[u8], now: Epoch) -> Result<bool> {
    query("insert into launch_codes (hash, launched_at) values ($1, $2) on conflict (hash) do nothing")
        .bind(hash)
        .bind(now)
        .changes_one(db)
        .await
}

/// Releases a code that was never sent to Entrata.
pub async fn release(db: impl Executor<'_>, hash: &[u8]) -> Result<()> {
    query("delete from launch_codes where hash = $1").bind(hash).run(db).await
}

/// Deletes at most `most` codes that were launched before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from launch_codes where hash in (select hash from launch_codes where launched_at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}
