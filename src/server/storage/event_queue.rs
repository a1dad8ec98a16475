//! `events` that are still to be worked: which comes next, and moving one on.

use crate::server::activation::DueEvent;
use crate::server::storage::Row;
use crate::server::storage::query::{Executor, query, scalar};
use crate::server::{
    activation::EventState,
    storage::{
        Result,
        events::{KINDS, STATES, named},
    },
};
use crate::server::{clock::Epoch, vault::Sealed};

/// How many events are still to be worked.
pub async fn waiting(db: impl Executor<'_>) -> Result<i64> {
    scalar("select count(*) from events where due_at is not null").fetch_one(db).await
}

/// The event in a state to be worked next: those that name a company which we know come before all others, made-up ones among them.
pub async fn next(db: impl Executor<'_>, issuer: &str, state: EventState, now: Epoch) -> Result<Option<DueEvent>> {
    let row = query(
        "select e.* from events e left join companies c on c.issuer = $1 and c.subdomain = e.subdomain
         where e.due_at <= $2 and e.state = $3
         order by c.subdomain is null, e.due_at, e.number limit 1",
    )
    .bind(issuer)
    .bind(now)
    .bind(state.name())
    .fetch_optional(db)
    .await?;
    row.as_ref().map(due).transpose()
}

/// At most a hundred events whose code waits and came before `time`.
pub async fn expired(db: impl Executor<'_>, time: Epoch) -> Result<Vec<DueEvent>> {
    let rows = query(
        "select * from events where due_at > 0 and state = 'waiting' and received_at <= $1 order by +number limit 100",
    );
    rows.bind(time).fetch_all(db).await?.iter().map(due).collect()
}

/// Events whose code was taken when the server stopped or a write failed: whether it was sent is not known.
pub async fn broken_off(db: impl Executor<'_>) -> Result<Vec<DueEvent>> {
    let rows = query("select * from events where due_at > 0 and state = 'exchanging' order by +number");
    rows.fetch_all(db).await?.iter().map(due).collect()
}

/// Moves an event on, unless something else has settled it meanwhile: false then. Once nothing is left to do, and whenever it does not
/// wait for its exchange any more, its code is dropped.
pub async fn settle(
    db: impl Executor<'_>,
    id: &str,
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
    .execute(db)
    .await
    .map(|done| done == 1)
}

/// Lets go of the oldest that wait with other codes for the same, so that `kept` stay.
pub async fn make_room(db: impl Executor<'_>, dedup_key: &str, kept: i64) -> Result<()> {
    query(
        "delete from events
         where dedup_key = $1 and state = 'waiting'
           and number not in (select number from events where dedup_key = $1 and state = 'waiting' order by number desc limit $2)",
    )
    .bind(dedup_key)
    .bind(kept)
    .execute(db)
    .await
    .map(|_| ())
}

/// Settles what says the same as an event that was proven: what came before it since a time, and what came after it as long as nothing
/// else was dedup_key of the company.
pub async fn settle_alike(db: impl Executor<'_>, event: &DueEvent, since: Epoch) -> Result<()> {
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
                      and number > $3)),
               9223372036854775807)",
    )
    .bind(&event.subdomain)
    .bind(event.kind.name())
    .bind(event.number)
    .bind(since)
    .bind(&event.cid)
    .execute(db)
    .await
    .map(|_| ())
}

/// Settles all that is open of a company, so that nothing follows from it any more.
pub async fn give_up_of_company(db: impl Executor<'_>, subdomain: &str) -> Result<()> {
    query(
        "update events set state = 'unverified', due_at = null, code = null, code_key = null
         where state in ('waiting', 'exchanging', 'reported')
           and (subdomain = $1
                or (subdomain = '' and cid in (select cid from events where subdomain = $1 and state = 'verified')))",
    )
    .bind(subdomain)
    .execute(db)
    .await
    .map(|_| ())
}

/// Refutes what was reported of a company up to an event, since a time.
pub async fn refute(db: impl Executor<'_>, event: &DueEvent, since: Epoch, now: Epoch) -> Result<()> {
    query(
        "update events set state = 'refuted', due_at = null, refuted_at = $4
         where subdomain = $1 and state = 'reported' and number <= $2 and received_at >= $3",
    )
    .bind(&event.subdomain)
    .bind(event.number)
    .bind(since)
    .bind(now)
    .execute(db)
    .await
    .map(|_| ())
}

/// Lets the newest report of a company that came since a time be checked, for all of them.
pub async fn check_newest(db: impl Executor<'_>, subdomain: &str, since: Epoch, due_at: Epoch) -> Result<()> {
    query(
        "update events set due_at = $3
         where number = (select max(number) from events where subdomain = $1 and state = 'reported' and received_at >= $2)",
    )
    .bind(subdomain)
    .bind(since)
    .bind(due_at)
    .execute(db)
    .await
    .map(|_| ())
}

/// When a company's web services refuted a report last.
pub async fn refuted_at(db: impl Executor<'_>, subdomain: &str) -> Result<Option<Epoch>> {
    scalar("select max(refuted_at) from events where subdomain = $1 and refuted_at is not null")
        .bind(subdomain)
        .fetch_one(db)
        .await
}

/// When a report of a company is checked next.
pub async fn check_due_at(db: impl Executor<'_>, subdomain: &str) -> Result<Option<Epoch>> {
    scalar("select min(due_at) from events where subdomain = $1 and state = 'reported'")
        .bind(subdomain)
        .fetch_one(db)
        .await
}

/// Lets no report of a company be checked by itself: one that came later is, for all.
pub async fn check_none(db: impl Executor<'_>, subdomain: &str) -> Result<()> {
    query("update events set due_at = null where subdomain = $1 and state = 'reported' and due_at is not null")
        .bind(subdomain)
        .execute(db)
        .await
        .map(|_| ())
}

/// Lets the events in the same state that name the same company wait.
pub async fn postpone(db: impl Executor<'_>, like: &DueEvent, until: Epoch) -> Result<()> {
    query(
        "update events set due_at = $3
         where due_at < $3 and state = $4 and subdomain = $1 and ($1 <> '' or cid = $2)",
    )
    .bind(&like.subdomain)
    .bind(&like.cid)
    .bind(until)
    .bind(like.state.name())
    .execute(db)
    .await
    .map(|_| ())
}

fn due(row: &Row) -> Result<DueEvent> {
    let code = match row.get::<Option<Vec<u8>>>("code")? {
        Some(bytes) => Some(Sealed { bytes, key_id: row.get("code_key")? }),
        None => None,
    };
    Ok(DueEvent {
        id: row.get("id")?,
        number: row.get("number")?,
        cid: row.get("cid")?,
        kind: named(KINDS, &row.get::<String>("kind")?)?,
        received_at: row.get("received_at")?,
        address: row.get("address")?,
        subdomain: row.get("subdomain")?,
        state: named(STATES, &row.get::<String>("state")?)?,
        tries: row.get("tries")?,
        code,
        code_hash: row.get("code_hash")?,
    })
}
