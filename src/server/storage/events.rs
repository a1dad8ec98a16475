//! `events`: activation events that were received. `event_queue.rs` has the statements for unfinished events. An
//! event's code is sealed, and deleted once it was exchanged or can't be any more.

use crate::server::{
    activation::{DueEvent, EventState, KnownEvent, NewEvent},
    clock::Epoch,
    ids::EventId,
    storage::{
        Error, Result,
        query::{Executor, query, scalar},
    },
};

/// Stores an event. If its id is stored already, replaces that row and moves it to the end.
pub async fn upsert(db: impl Executor<'_>, event: &NewEvent, now: Epoch) -> Result<()> {
    query(
        "insert into events (id, dedup_key, cid, kind, received_at, address, subdomain, company_name, property_id,
                             occupancy_type, api_location, state, due_at, code, code_key, code_hash)
         values ($1, $16, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         on conflict (id) do update set
             number = (select max(number) + 1 from events), received_at = excluded.received_at,
             address = excluded.address, subdomain = excluded.subdomain, company_name = excluded.company_name,
             occupancy_type = excluded.occupancy_type, api_location = excluded.api_location, state = excluded.state,
             due_at = excluded.due_at, tries = 0, code = excluded.code, code_key = excluded.code_key,
             code_hash = excluded.code_hash",
    )
    .bind(&event.id)
    .bind(&event.cid)
    .bind(event.kind.name())
    .bind(now)
    .bind(&event.address)
    .bind(&event.subdomain)
    .bind(&event.company_name)
    .bind(&event.property_id)
    .bind(&event.occupancy_type)
    .bind(&event.api_location)
    .bind(event.state.name())
    .bind(event.due_at)
    .bind(event.code.as_ref().map(|code| &code.bytes))
    .bind(event.code.as_ref().map(|code| &code.key_id))
    .bind(event.code_hash.as_ref().map(<[u8; 32]>::as_slice))
    .bind(&event.dedup_key)
    .run(db)
    .await
}

/// Returns what is known about a new event: the state of the row with its id, and whether its company and kind were
/// verified since the last event of another kind that is verified or not finished. An event that was verified at
/// `since` or later counts for all properties of its company: Entrata sends one event for each.
pub async fn find_known(db: impl Executor<'_>, event: &NewEvent, since: Epoch) -> Result<KnownEvent> {
    let row = query(
        "select (select state from events where id = $1) as state,
                exists (select 1 from events p
                        where p.subdomain = $3 and p.kind = $4 and p.state = 'verified' and $3 <> ''
                          and (p.dedup_key = $2 or p.received_at >= $5)
                          and p.number > coalesce(
                              (select max(number) from (
                                   select max(number) as number from events
                                   where subdomain = $3 and state = 'verified' and kind <> $4
                                   union all
                                   select max(number) from events
                                   where cid = $6 and state = 'verified' and subdomain = '' and kind <> $4
                                   union all
                                   select max(+number) from events
                                   where due_at > 0 and (subdomain = $3 or (subdomain = '' and cid = $6))
                                     and kind <> $4) opposite),
                              0)) as verified",
    )
    .bind(&event.id)
    .bind(&event.dedup_key)
    .bind(&event.subdomain)
    .bind(event.kind.name())
    .bind(since)
    .bind(&event.cid)
    .fetch_one(db)
    .await?;
    let state: Option<String> = row.get("state")?;
    let state = state.map(|code| EventState::of(&code).ok_or_else(|| Error::unknown("events.state", &code)));
    Ok(KnownEvent { state: state.transpose()?, verified: row.get("verified")? })
}

/// Returns the subdomain that a company number was verified for. Returns `None` if there were several: a company's own
/// events may name any number.
pub async fn verified_subdomain(db: impl Executor<'_>, cid: &str) -> Result<Option<String>> {
    let found: Vec<String> =
        scalar("select distinct subdomain from events where cid = $1 and state = 'verified' limit 2")
            .bind(cid)
            .fetch_all(db)
            .await?;
    Ok(<[String; 1]>::try_from(found).ok().map(|[one]| one))
}

/// Whether an event of another kind that was received after this one has been verified for the company.
pub async fn has_newer_opposite(db: impl Executor<'_>, event: &DueEvent) -> Result<bool> {
    scalar(
        "select exists (select 1 from events
                        where subdomain = $1 and number > $2 and state = 'verified' and kind <> $3)",
    )
    .bind(&event.subdomain)
    .bind(event.number)
    .bind(event.kind.name())
    .fetch_one(db)
    .await
}

/// Sets the company of an event that named none.
pub async fn set_subdomain(db: impl Executor<'_>, id: &EventId, subdomain: &str) -> Result<()> {
    query("update events set subdomain = $2 where id = $1 and subdomain <> $2").bind(id).bind(subdomain).run(db).await
}

/// Deletes at most `most` events that were received before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from events where number in (select number from events where received_at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}

/// Deletes at most `most` events that were never verified: those received before `time`, and all but the newest
/// `retained`.
pub async fn sweep_unverified(db: impl Executor<'_>, time: Epoch, retained: i64, most: i64) -> Result<u64> {
    query(
        "delete from events where number in (
             select number from events
             where due_at is null and state <> 'verified'
               and (received_at < $1
                    or number <= coalesce((select number from events where due_at is null and state <> 'verified'
                                           order by number desc limit 1 offset $2), 0))
             order by number limit $3)",
    )
    .bind(time)
    .bind(retained)
    .bind(most)
    .execute(db)
    .await
}
