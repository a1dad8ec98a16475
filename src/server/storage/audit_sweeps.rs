//! Sweeping `audit`: rows go after their time.

use crate::server::clock::Epoch;
use crate::server::storage::Result;
use crate::server::storage::query::{Executor, query};

/// Forgets what happened before `time` to nobody that we know: passwords tried for e-mails without an account, mostly,
/// and codes that let nobody in.
pub async fn sweep_of_nobody(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query(
        "delete from audit where number in
             (select number from audit
              where account_id is null and at < $1 and (what = 'failed' or (what = 'code_replayed' and visit_id is null))
              limit $2)",
    )
    .bind(time)
    .bind(most)
    .execute(db)
    .await
}

/// Forgets what happened before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from audit where number in (select number from audit where at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}
