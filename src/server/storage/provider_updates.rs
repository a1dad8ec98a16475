//! `provider_updates`: what Syncaroo announced, as a queue and as a record.

use crate::server::{
    clock::Epoch,
    ids::{GrantId, UpdateId},
    provider::{ConnectionId, DueUpdate, NewUpdate, UpdateState, UpdateView},
    storage::{
        Error, Result,
        query::{Executor, query, scalar},
    },
};

/// Stores an update, unless the grant received the same body after `since`. Returns whether it was stored.
pub async fn insert(
    db: impl Executor<'_>,
    grant_id: &GrantId,
    update: &NewUpdate,
    since: Epoch,
    now: Epoch,
) -> Result<bool> {
    let state = if update.api_url.is_some() { UpdateState::Queued } else { UpdateState::NothingToRead };
    let is_queued = state == UpdateState::Queued;
    query(
        "insert into provider_updates (id, grant_id, body_hash, received_at, webhook_type, location_id, attribute,
                                       api_url, signature, state, due_at, finished_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
         where not exists (select 1 from provider_updates
                           where grant_id = $2 and body_hash = $3 and received_at > $13)",
    )
    .bind(&update.id)
    .bind(grant_id)
    .bind(update.body_hash)
    .bind(now)
    .bind(&update.webhook_type)
    .bind(&update.location_id)
    .bind(&update.attribute)
    .bind(update.api_url.clone())
    .bind(&update.signature)
    .bind(state.name())
    .bind(is_queued.then_some(now))
    .bind((!is_queued).then_some(now))
    .bind(since)
    .changes_one(db)
    .await
}

/// Returns how many updates of a grant wait to be read.
pub async fn count_waiting(db: impl Executor<'_>, grant_id: &GrantId) -> Result<i64> {
    scalar("select count(*) from provider_updates where grant_id = $1 and due_at is not null")
        .bind(grant_id)
        .fetch_one(db)
        .await
}

/// Deletes all but the newest `retained` finished updates of a grant.
pub async fn delete_oldest_finished(db: impl Executor<'_>, grant_id: &GrantId, retained: i64) -> Result<()> {
    query(
        "delete from provider_updates where grant_id = $1 and due_at is null and number <=
             (select number from provider_updates where grant_id = $1 and due_at is null
              order by number desc limit 1 offset $2)",
    )
    .bind(grant_id)
    .bind(retained)
    .run(db)
    .await
}

/// Returns a grant's newest updates, newest first.
pub async fn list_latest(db: impl Executor<'_>, grant_id: &GrantId, most: i64) -> Result<Vec<UpdateView>> {
    query(
        "select received_at, location_id, attribute, state, finished_at from provider_updates
         where grant_id = $1 order by number desc limit $2",
    )
    .bind(grant_id)
    .bind(most)
    .list(db, |row| {
        let state: String = row.get("state")?;
        Ok(UpdateView {
            received_at: row.get("received_at")?,
            location_id: row.get("location_id")?,
            attribute: row.get("attribute")?,
            state: UpdateState::of(&state).ok_or_else(|| Error::unknown("provider_updates.state", &state))?,
            finished_at: row.get("finished_at")?,
        })
    })
    .await
}

/// Returns the update that is read next. Updates of disabled accounts wait.
pub async fn find_due(db: impl Executor<'_>, now: Epoch) -> Result<Option<DueUpdate>> {
    query(
        "select u.id, g.account_id, g.connection_id, u.location_id, u.attribute, u.api_url, u.tries
         from provider_updates u
         join provider_grants g on g.id = u.grant_id
         join accounts a on a.id = g.account_id
         where u.due_at <= $1 and u.api_url is not null and a.disabled_at is null
         order by u.due_at, u.number limit 1",
    )
    .bind(now)
    .find(db, |row| {
        Ok(DueUpdate {
            id: row.get("id")?,
            account_id: row.get("account_id")?,
            connection_id: ConnectionId::stored(row.get("connection_id")?),
            location_id: row.get("location_id")?,
            attribute: row.get("attribute")?,
            api_url: row.get("api_url")?,
            tries: row.get("tries")?,
        })
    })
    .await
}

/// Leases an update to a worker until `until`, and counts the attempt.
pub async fn lease(db: impl Executor<'_>, id: &UpdateId, until: Epoch) -> Result<()> {
    query("update provider_updates set due_at = $2, tries = tries + 1 where id = $1 and due_at is not null")
        .bind(id)
        .bind(until)
        .run(db)
        .await
}

/// Returns when the next update of an account that is not disabled has to be read.
pub async fn next_due_at(db: impl Executor<'_>) -> Result<Option<Epoch>> {
    scalar(
        "select u.due_at from provider_updates u
         join provider_grants g on g.id = u.grant_id
         join accounts a on a.id = g.account_id
         where u.due_at is not null and u.api_url is not null and a.disabled_at is null
         order by u.due_at, u.number limit 1",
    )
    .fetch_optional(db)
    .await
}

/// Finishes an update.
pub async fn finish(db: impl Executor<'_>, id: &UpdateId, state: UpdateState, now: Epoch) -> Result<()> {
    query(
        "update provider_updates set state = $2, due_at = null, finished_at = $3 where id = $1 and due_at is not null",
    )
    .bind(id)
    .bind(state.name())
    .bind(now)
    .run(db)
    .await
}

/// Schedules the next attempt.
pub async fn schedule(db: impl Executor<'_>, id: &UpdateId, due_at: Epoch) -> Result<()> {
    query("update provider_updates set due_at = $2 where id = $1 and due_at is not null")
        .bind(id)
        .bind(due_at)
        .run(db)
        .await
}

/// Gives up at most `most` updates that were received before `time` and are still waiting.
pub async fn give_up(db: impl Executor<'_>, time: Epoch, now: Epoch, most: i64) -> Result<u64> {
    query(
        "update provider_updates set state = 'failed', due_at = null, finished_at = $2 where id in (
             select id from provider_updates where due_at <= $2 and received_at < $1 limit $3)",
    )
    .bind(time)
    .bind(now)
    .bind(most)
    .execute(db)
    .await
}

/// Deletes at most `most` updates that were finished before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from provider_updates where id in (select id from provider_updates where finished_at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}
