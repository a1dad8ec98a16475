//! The queue of background jobs.

use crate::server::{
    clock::Epoch,
    jobs::{ClaimedJob, Job, JobKind},
    storage::{
        Result,
        query::{Executor, query, scalar},
    },
};

/// Adds a job, or moves a waiting one ahead.
pub async fn add(db: impl Executor<'_>, kind: JobKind, key: &str, due_at: Epoch, urgent: bool) -> Result<()> {
    query(
        "insert into jobs (kind, key, due_at, urgent) values ($1, $2, $3, $4)
         on conflict (kind, key) do update set
             due_at = case when excluded.due_at < jobs.due_at then excluded.due_at else jobs.due_at end,
             urgent = case when excluded.urgent = 1 then 1 else jobs.urgent end,
             requests = jobs.requests + 1",
    )
    .bind(kind.name())
    .bind(key)
    .bind(due_at)
    .bind(urgent)
    .run(db)
    .await
}

/// Returns the keys of the first 50 due jobs of a kind that no worker has claimed, urgent ones first.
pub async fn list_due(db: impl Executor<'_>, kind: JobKind, now: Epoch) -> Result<Vec<String>> {
    scalar(
        "select key from jobs where kind = $1 and due_at <= $2 and claimed_until <= $2
         order by urgent desc, due_at limit 50",
    )
    .bind(kind.name())
    .bind(now)
    .fetch_all(db)
    .await
}

/// Claims a job for `lifetime` seconds. Returns none if it is not due any longer or another worker was first.
pub async fn claim(
    db: impl Executor<'_>,
    kind: JobKind,
    key: &str,
    now: Epoch,
    lifetime: Epoch,
) -> Result<Option<ClaimedJob>> {
    query(
        "update jobs set claim = claim + 1, claimed_until = $3 + $4
         where kind = $1 and key = $2 and due_at <= $3 and claimed_until <= $3
         returning key, tries, claim, requests",
    )
    .bind(kind.name())
    .bind(key)
    .bind(now)
    .bind(lifetime)
    .find(db, |row| {
        let job = Job { kind, key: row.get("key")?, tries: row.get("tries")? };
        Ok(ClaimedJob { job, claim: row.get("claim")?, requests: row.get("requests")? })
    })
    .await
}

/// Renews a claim. Returns false if it was lost.
pub async fn renew_claim(db: impl Executor<'_>, kind: JobKind, key: &str, claim: i64, until: Epoch) -> Result<bool> {
    query("update jobs set claimed_until = $4 where kind = $1 and key = $2 and claim = $3")
        .bind(kind.name())
        .bind(key)
        .bind(claim)
        .bind(until)
        .changes_one(db)
        .await
}

/// Ends a claim: deletes the job or, if it was asked for during the run, leaves it due.
pub async fn delete_or_release(tx: &mut super::Tx, kind: JobKind, key: &str, claim: i64, requests: i64) -> Result<()> {
    query("delete from jobs where kind = $1 and key = $2 and claim = $3 and requests = $4")
        .bind(kind.name())
        .bind(key)
        .bind(claim)
        .bind(requests)
        .run(&mut *tx)
        .await?;
    query("update jobs set claimed_until = 0, tries = 0 where kind = $1 and key = $2 and claim = $3")
        .bind(kind.name())
        .bind(key)
        .bind(claim)
        .run(tx)
        .await
}

/// Ends a claim: the job runs again at `due_at` or, if it was asked for during the run, right away.
pub async fn reschedule(
    tx: &mut super::Tx,
    kind: JobKind,
    key: &str,
    claim: i64,
    requests: i64,
    due_at: Epoch,
) -> Result<()> {
    query(
        "update jobs
         set claimed_until = 0, tries = 0,
             due_at = case when requests = $4 then $5 else due_at end,
             urgent = case when requests = $4 then 0 else urgent end
         where kind = $1 and key = $2 and claim = $3",
    )
    .bind(kind.name())
    .bind(key)
    .bind(claim)
    .bind(requests)
    .bind(due_at)
    .run(tx)
    .await
}

/// Ends a claim: the job runs again after the others that are due, and stays urgent if it is.
pub async fn release(db: impl Executor<'_>, kind: JobKind, key: &str, claim: i64, now: Epoch) -> Result<()> {
    query("update jobs set claimed_until = 0, tries = 0, due_at = $4 where kind = $1 and key = $2 and claim = $3")
        .bind(kind.name())
        .bind(key)
        .bind(claim)
        .bind(now)
        .run(db)
        .await
}

/// Ends the claim of a failed run.
pub async fn postpone(db: impl Executor<'_>, kind: JobKind, key: &str, claim: i64, due_at: Epoch) -> Result<()> {
    query(
        "update jobs set claimed_until = 0, tries = tries + 1, due_at = $4
         where kind = $1 and key = $2 and claim = $3",
    )
    .bind(kind.name())
    .bind(key)
    .bind(claim)
    .bind(due_at)
    .run(db)
    .await
}

/// Makes all jobs due, after the system's clock was set back.
pub async fn make_all_due(db: impl Executor<'_>, now: Epoch) -> Result<()> {
    query(
        "update jobs
         set due_at = case when due_at > $1 then $1 else due_at end,
             claimed_until = case when claimed_until > $1 then $1 else claimed_until end",
    )
    .bind(now)
    .run(db)
    .await
}
