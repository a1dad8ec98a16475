//! `launch_codes`: which codes were launched, by their hash.

use sqlx::SqliteExecutor;

use crate::server::clock::Epoch;
use crate::server::storage::Result;

/// Takes a code; false when it was taken before. The one statement in which a code is won.
pub async fn claim(db: impl SqliteExecutor<'_>, hash: &[u8], now: Epoch) -> Result<bool> {
    sqlx::query("insert into launch_codes (hash, launched_at) values ($1, $2) on conflict (hash) do nothing")
        .bind(hash)
        .bind(now)
        .execute(db)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// Gives a code back that was never sent.
pub async fn release(db: impl SqliteExecutor<'_>, hash: &[u8]) -> Result<()> {
    sqlx::query("delete from launch_codes where hash = $1").bind(hash).execute(db).await.map(|_| ())
}

/// Forgets the codes launched before `time`.
pub async fn sweep(db: impl SqliteExecutor<'_>, time: Epoch, most: i64) -> Result<u64> {
    sqlx::query(
        "delete from launch_codes where hash in (select hash from launch_codes where launched_at < $1 limit $2)",
    )
    .bind(time)
    .bind(most)
    .execute(db)
    .await
    .map(|done| done.rows_affected())
}
