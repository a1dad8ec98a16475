//! `events`: activation events, the queue of those to be worked (`event_queue.rs`) and the log of those that were. A code stands here
//! sealed, and only until it is exchanged or given up.

use crate::server::activation::EventKind;
use crate::server::activation::EventState;
use crate::server::activation::KnownEvent;
use crate::server::activation::NewEvent;
use crate::server::clock::Epoch;
use crate::server::storage::query::{Executor, query, scalar};
use crate::server::{
    activation::DueEvent,
    storage::{Error, Result},
};

pub(super) const KINDS: &[(EventKind, &str)] = &[
    (EventKind::Activation, "activation"),
    (EventKind::Suspended, "suspended"),
    (EventKind::ChangeFeedType, "change_feed_type"),
];
pub(super) const STATES: &[(EventState, &str)] = &[
    (EventState::Waiting, "waiting"),
    (EventState::Exchanging, "exchanging"),
    (EventState::Reported, "reported"),
    (EventState::Verified, "verified"),
    (EventState::Unverified, "unverified"),
    (EventState::Refuted, "refuted"),
    (EventState::Duplicate, "duplicate"),
    (EventState::Logged, "logged"),
];

impl EventKind {
    pub fn name(self) -> &'static str {
        name(KINDS, self)
    }
}

impl EventState {
    pub fn name(self) -> &'static str {
        name(STATES, self)
    }
}

fn name<T: PartialEq>(names: &[(T, &'static str)], of: T) -> &'static str {
    names.iter().find(|(one, _)| *one == of).map_or("", |(_, name)| name)
}

pub(super) fn named<T: Copy>(names: &[(T, &str)], name: &str) -> Result<T> {
    let found = names.iter().find(|(_, n)| *n == name).map(|(one, _)| *one);
    found.ok_or_else(|| Error::unknown("events", name))
}

/// Stores an event, in the place of the one of its id where there is one: it is told anew.
pub async fn put(db: impl Executor<'_>, event: &NewEvent, now: Epoch) -> Result<()> {
    query(
        "insert into events (id, dedup_key, cid, kind, received_at, address, subdomain, company_name, property_id, occupancy_type, api_location,
                             state, due_at, code, code_key, code_hash)
         values ($1, $16, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         on conflict (id) do update set
             number = (select max(number) + 1 from events), received_at = excluded.received_at, address = excluded.address,
             subdomain = excluded.subdomain, company_name = excluded.company_name,
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
    .execute(db)
    .await
    .map(|_| ())
}

/// What is known of an event. `since`: what was proven of its company by an event that came after that counts for other properties
/// too, as one burst.
pub async fn known(db: impl Executor<'_>, event: &NewEvent, since: Epoch) -> Result<KnownEvent> {
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
                                     and kind <> $4)),
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
    let state = state.map(|state| named(STATES, &state)).transpose()?;
    Ok(KnownEvent { state, verified: row.flag("verified")? })
}

/// The subdomain that a company's number was proven to belong to, if it was never another: who proves one company may name any number.
pub async fn subdomain_of(db: impl Executor<'_>, cid: &str) -> Result<Option<String>> {
    let found: Vec<String> =
        scalar("select distinct subdomain from events where cid = $1 and state = 'verified' limit 2")
            .bind(cid)
            .fetch_all(db)
            .await?;
    Ok(<[String; 1]>::try_from(found).ok().map(|[one]| one))
}

/// Notes which company an event is about that named none.
pub async fn name_company(db: impl Executor<'_>, id: &str, subdomain: &str) -> Result<()> {
    query("update events set subdomain = $2 where id = $1 and subdomain <> $2")
        .bind(id)
        .bind(subdomain)
        .execute(db)
        .await
        .map(|_| ())
}

/// Whether another kind was proven of a company by an event that came after this one.
pub async fn is_overtaken(db: impl Executor<'_>, event: &DueEvent) -> Result<bool> {
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

/// Forgets the events that came before `time`.
pub async fn sweep(db: impl Executor<'_>, time: Epoch, most: i64) -> Result<u64> {
    query("delete from events where number in (select number from events where received_at < $1 limit $2)")
        .bind(time)
        .bind(most)
        .execute(db)
        .await
}

/// Forgets of those that nothing came of: what came before `time`, and all but the newest `kept`.
pub async fn sweep_unproven(db: impl Executor<'_>, time: Epoch, kept: i64, most: i64) -> Result<u64> {
    query(
        "delete from events where number in (
             select number from events
             where due_at is null and state <> 'verified'
               and (received_at < $1 or number <= coalesce((select number from events where due_at is null and state <> 'verified'
                                                        order by number desc limit 1 offset $2), 0))
             order by number limit $3)",
    )
    .bind(time)
    .bind(kept)
    .bind(most)
    .execute(db)
    .await
}
