//! Deleting expired rows of `audit`.

use crate::server::{
    clock::Epoch,
    storage::{
        Result,
        query::{Executor, query},
    },
};

/// Deletes at most `most` rows that were written before `time` and concern no known account: mostly passwords tried for
/// unknown emails, and replays of codes that opened no visit.
pub async fn sweep_without_account(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
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

/// Deletes at most `most` rows that were written before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from audit where number in (select number from audit where at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}
