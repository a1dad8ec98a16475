//! `events` that are not finished: which is processed next, and how its state changes.

use crate::server::{
    activation::{DueEvent, EventKind, EventState},
    clock::Epoch,
    ids::EventId,
    storage::{
        Error, Result, Row,
        query::{Executor, query, scalar},
    },
};

/// Returns how many events are not finished.
pub async fn count_due(db: impl Executor<'_>) -> Result<i64> {
    scalar("select count(*) from events where due_at is not null").fetch_one(db).await
}

/// Returns when the next event is due.
pub async fn next_due_at(db: impl Executor<'_>) -> Result<Option<Epoch>> {
    scalar("select min(due_at) from events where due_at is not null").fetch_one(db).await
}

/// Returns the event in a state that is processed next. Events that name a known company come first, so that invented
/// names don't delay real ones.
pub async fn find_due(db: impl Executor<'_>, issuer: &str, state: EventState, now: Epoch) -> Result<Option<DueEvent>> {
    query(
        "select e.* from events e left join companies c on c.issuer = $1 and c.subdomain = e.subdomain
         where e.due_at <= $2 and e.state = $3
         order by c.subdomain is null, e.due_at, e.number limit 1",
    )
    .bind(issuer)
    .bind(now)
    .bind(state.name())
    .find(db, from_row)
    .await
}

/// Returns when a company's web services last contradicted a report.
pub async fn refuted_at(db: impl Executor<'_>, subdomain: &str) -> Result<Option<Epoch>> {
    scalar("select max(refuted_at) from events where subdomain = $1 and refuted_at is not null")
        .bind(subdomain)
        .fetch_one(db)
        .await
}

/// Returns when a report about a company is checked next.
pub async fn check_due_at(db: impl Executor<'_>, subdomain: &str) -> Result<Option<Epoch>> {
    scalar("select min(due_at) from events where subdomain = $1 and state = 'reported'")
        .bind(subdomain)
        .fetch_one(db)
        .await
}

/// Returns at most 100 events whose code waits to be exchanged and that were received at `time` or before.
pub async fn list_expired(db: impl Executor<'_>, time: Epoch) -> Result<Vec<DueEvent>> {
    query(
        "select * from events where due_at > 0 and state = 'waiting' and received_at <= $1
         order by +number limit 100",
    )
    .bind(time)
    .list(db, from_row)
    .await
}

/// Returns events whose exchange was interrupted by a stop of the server or a failed write. Their code may have been
/// sent.
pub async fn list_interrupted(db: impl Executor<'_>) -> Result<Vec<DueEvent>> {
    query("select * from events where due_at > 0 and state = 'exchanging' order by +number").list(db, from_row).await
}

/// Moves an event to a state. Deletes its code unless it still waits for its exchange. Returns false if the event was
/// finished meanwhile.
pub async fn set_state(
    db: impl Executor<'_>,
    id: &EventId,
    state: EventState,
    due_at: Option<Epoch>,
    tries: i64,
) -> Result<bool> {
    query(
        "update events set state = $2, due_at = $3, tries = $4,
                code = case when $2 in ('waiting', 'exchanging') then code end,
                code_key = case when $2 in ('waiting', 'exchanging') then code_key end
         where id = $1 and due_at is not null",
    )
    .bind(id)
    .bind(state.name())
    .bind(due_at)
    .bind(tries)
    .changes_one(db)
    .await
}

/// Marks as duplicates the events that say the same as a verified one: those received before it, from `since`, and
/// those received after it and before the next event of another kind for the company.
pub async fn mark_duplicates(db: impl Executor<'_>, event: &DueEvent, since: Epoch) -> Result<()> {
    query(
        "update events set state = 'duplicate', due_at = null, code = null, code_key = null
         where subdomain = $1 and kind = $2 and state in ('waiting', 'reported') and received_at >= $4
           and number <= coalesce(
               (select min(number) from (
                    select min(number) as number from events
                    where subdomain = $1 and state = 'verified' and kind <> $2 and number > $3
                    union all
                    select min(number) from events
                    where cid = $5 and state = 'verified' and subdomain = '' and kind <> $2 and number > $3
                    union all
                    select min(+number) from events
                    where due_at > 0 and (subdomain = $1 or (subdomain = '' and cid = $5)) and kind <> $2
                      and number > $3) opposite),
               9223372036854775807)",
    )
    .bind(&event.subdomain)
    .bind(event.kind.name())
    .bind(event.number)
    .bind(since)
    .bind(&event.cid)
    .run(db)
    .await
}

/// Closes all unfinished events of a company without a result, because an operator enabled it.
pub async fn close_of_company(db: impl Executor<'_>, subdomain: &str) -> Result<()> {
    query(
        "update events set state = 'unverified', due_at = null, code = null, code_key = null
         where state in ('waiting', 'exchanging', 'reported')
           and (subdomain = $1
                or (subdomain = '' and cid in (select cid from events where subdomain = $1 and state = 'verified')))",
    )
    .bind(subdomain)
    .run(db)
    .await
}

/// Marks the reports about a company, up to an event and received at `since` or later, as refuted: its web services
/// work.
pub async fn mark_refuted(db: impl Executor<'_>, event: &DueEvent, since: Epoch, now: Epoch) -> Result<()> {
    query(
        "update events set state = 'refuted', due_at = null, refuted_at = $4
         where subdomain = $1 and state = 'reported' and number <= $2 and received_at >= $3",
    )
    .bind(&event.subdomain)
    .bind(event.number)
    .bind(since)
    .bind(now)
    .run(db)
    .await
}

/// Schedules one check for all reports about a company: that of the newest one received at `since` or later.
pub async fn schedule_check(db: impl Executor<'_>, subdomain: &str, since: Epoch, due_at: Epoch) -> Result<()> {
    query(
        "update events set due_at = $3
         where number = (select max(number) from events
                         where subdomain = $1 and state = 'reported' and received_at >= $2)",
    )
    .bind(subdomain)
    .bind(since)
    .bind(due_at)
    .run(db)
    .await
}

/// Cancels the scheduled checks of a company's reports. A newer report schedules a check for all of them.
pub async fn cancel_checks(db: impl Executor<'_>, subdomain: &str) -> Result<()> {
    query("update events set due_at = null where subdomain = $1 and state = 'reported' and due_at is not null")
        .bind(subdomain)
        .run(db)
        .await
}

/// Postpones the events in the same state that name the same company.
pub async fn postpone(db: impl Executor<'_>, like: &DueEvent, until: Epoch) -> Result<()> {
    query(
        "update events set due_at = $3
         where due_at < $3 and state = $4 and subdomain = $1 and ($1 <> '' or cid = $2)",
    )
    .bind(&like.subdomain)
    .bind(&like.cid)
    .bind(until)
    .bind(like.state.name())
    .run(db)
    .await
}

/// Deletes all but the newest `retained` events that wait with another code for the same event.
pub async fn delete_oldest_waiting(db: impl Executor<'_>, dedup_key: &str, retained: i64) -> Result<()> {
    query(
        "delete from events
         where dedup_key = $1 and state = 'waiting'
           and number not in (select number from events where dedup_key = $1 and state = 'waiting'
                              order by number desc limit $2)",
    )
    .bind(dedup_key)
    .bind(retained)
    .run(db)
    .await
}

/// Reads all columns that processing needs.
fn from_row(row: &Row) -> Result<DueEvent> {
    let (kind, state): (String, String) = (row.get("kind")?, row.get("state")?);
    Ok(DueEvent {
        id: row.get("id")?,
        number: row.get("number")?,
        cid: row.get("cid")?,
        kind: EventKind::of(&kind).ok_or_else(|| Error::unknown("events.kind", &kind))?,
        received_at: row.get("received_at")?,
        address: row.get("address")?,
        subdomain: row.get("subdomain")?,
        state: EventState::of(&state).ok_or_else(|| Error::unknown("events.state", &state))?,
        tries: row.get("tries")?,
        code: row.sealed("code", "code_key")?,
        code_hash: row.get("code_hash")?,
    })
}
