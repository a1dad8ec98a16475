//! `attempts`: sign-ins that were tried for an e-mail, by its hash; how many are too many, `account/throttle.rs` decides.

use crate::server::account::FailedAttempts;
use crate::server::clock::Epoch;
use crate::server::storage::Result;
use crate::server::storage::query::{Executor, query};

pub async fn find(db: impl Executor<'_>, hash: &[u8]) -> Result<Option<FailedAttempts>> {
    let row = query("select failures, throttled_until, last_at from attempts where hash = $1")
        .bind(hash)
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok(FailedAttempts { failures: row.get(0)?, throttled_until: row.get(1)?, last_at: row.get(2)? }))
        .transpose()
}

pub async fn put(db: impl Executor<'_>, hash: &[u8], attempts: FailedAttempts) -> Result<()> {
    query(
        "insert into attempts (hash, failures, throttled_until, last_at) values ($1, $2, $3, $4)
         on conflict (hash) do update set
             failures = excluded.failures, throttled_until = excluded.throttled_until, last_at = excluded.last_at",
    )
    .bind(hash)
    .bind(attempts.failures)
    .bind(attempts.throttled_until)
    .bind(attempts.last_at)
    .execute(db)
    .await
    .map(|_| ())
}

/// Forgets an e-mail's attempts: the password was right.
pub async fn clear(db: impl Executor<'_>, hash: &[u8]) -> Result<()> {
    query("delete from attempts where hash = $1").bind(hash).execute(db).await.map(|_| ())
}

/// Forgets those whose last one was before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from attempts where hash in (select hash from attempts where last_at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}
