//! `attempts`: failed sign-ins, by the hash of the email. `account/throttle.rs` decides how many are too many.

use crate::server::{
    account::FailedAttempts,
    clock::Epoch,
    storage::{
        Result,
        query::{Executor, query},
    },
};

/// Stores an email's failed attempts in place of earlier ones.
pub async fn upsert(db: impl Executor<'_>, hash: &[u8], attempts: FailedAttempts) -> Result<()> {
    query(
        "insert into attempts (hash, failures, throttled_until, last_at) values ($1, $2, $3, $4)
         on conflict (hash) do update set failures = excluded.failures, throttled_until = excluded.throttled_until,
                                          last_at = excluded.last_at",
    )
    .bind(hash)
    .bind(attempts.failures)
    .bind(attempts.throttled_until)
    .bind(attempts.last_at)
    .run(db)
    .await
}

pub async fn find(db: impl Executor<'_>, hash: &[u8]) -> Result<Option<FailedAttempts>> {
    query("select failures, throttled_until, last_at from attempts where hash = $1")
        .bind(hash)
        .find(db, |row| {
            Ok(FailedAttempts {
                failures: row.get("failures")?,
                throttled_until: row.get("throttled_until")?,
                last_at: row.get("last_at")?,
            })
        })
        .await
}

/// Deletes an email's failed attempts, after a correct password.
pub async fn delete(db: impl Executor<'_>, hash: &[u8]) -> Result<()> {
    query("delete from attempts where hash = $1").bind(hash).run(db).await
}

/// Deletes at most `most` emails whose last attempt was before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from attempts where hash in (select hash from attempts where last_at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}
