//! Receives an event: stores one row and nothing else, so that the response waits for no other system. A repeat within
//! the hour is ignored, unless it has another code and the event is not verified yet.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::ExposeSecret;

use super::{Activation, ActivationEvent, EventKind, EventState, check, code_context};
use crate::server::{
    activation::{KnownEvent, NewEvent},
    clock::Epoch,
    ids::EventId,
    jobs::{JobKind, Queue},
    metrics::EventOutcome,
    storage::{self, Tx, companies, event_queue, events},
};

/// The largest number of events that wait to be processed.
const QUEUE_LENGTH: i64 = 1000;
/// The largest number of waiting events that differ in their code only. The newest are kept, so an attacker must keep
/// sending to displace a real event.
const CODES_PER_EVENT: i64 = 8;
/// Events without a code that are stored per minute, from all addresses together: one allowance for each known company,
/// and one for all events that can have no effect. They are free to send, and each costs us a row. Events with a code
/// are limited by their queue.
pub(super) const WITHOUT_CODE: u32 = 120;
/// Seconds within which a repeated event counts as the same one.
const REPEAT_WINDOW: Epoch = 60 * 60;
/// Seconds after a verified event in which others of its company and kind are repeats: Entrata sends one for each
/// property.
const BURST_WINDOW: Epoch = 15 * 60;
/// Stored in place of an invalid subdomain, which no code can verify.
const INVALID_SUBDOMAIN: &str = "?";

/// The outcome of receiving an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    Taken,
    /// It repeats an earlier one.
    Again,
    /// Too many events wait, or too many without a code came this minute.
    Full,
}

impl Activation {
    /// Stores an event that was sent from `address`.
    pub async fn receive(&self, event: ActivationEvent, address: String) -> storage::Result<Received> {
        let now = self.core.clock.now();
        let (cid, kind) = (event.cid.clone(), event.kind);
        let event = self.build_row(event, address, now);
        let (company, state) = (event.subdomain.clone(), event.state);
        // Check with a read connection first, so that a flood does not block the writer.
        let mut received = if !self.is_admitted(&event).await? {
            Received::Full
        } else if !is_new(events::find_known(self.core.storage.reader(), &event, now - BURST_WINDOW).await?, &event) {
            Received::Again
        } else if event_queue::count_due(self.core.storage.reader()).await? >= QUEUE_LENGTH {
            Received::Full
        } else {
            Received::Taken
        };
        if received == Received::Taken {
            let issuer = self.issuer.clone();
            received = self
                .core
                .storage
                .write(move |mut tx| async move { store_unless_repeated(&mut tx, event, &issuer, now).await })
                .await?;
        }
        tracing::info!(company, cid, kind = kind.name(), state = state.name(), ?received, "event");
        self.count(received, state);
        if received == Received::Taken {
            self.queue.wake();
        }
        Ok(received)
    }

    /// Whether the event is within this minute's allowance. Events with a code always are. A known company's reports
    /// have an allowance of their own, so that made-up events can't use it up.
    async fn is_admitted(&self, event: &NewEvent) -> storage::Result<bool> {
        Ok(match event.state {
            EventState::Waiting => true,
            EventState::Reported if companies::is_known(self.core.storage.reader(), &event.subdomain).await? => {
                self.without_code.take(Some(event.subdomain.clone())).is_ok()
            }
            _ => self.without_code.take(None).is_ok(),
        })
    }

    fn count(&self, received: Received, state: EventState) {
        self.core.metrics.event(match received {
            Received::Taken => EventOutcome::Accepted,
            Received::Again => EventOutcome::Repeated,
            Received::Full => EventOutcome::Full,
        });
        match (received, state) {
            (Received::Taken, EventState::Logged) => self.core.metrics.event(EventOutcome::Logged),
            (Received::Taken, EventState::Unverified) => self.core.metrics.event(EventOutcome::Unverified),
            (Received::Taken, EventState::Reported) => self.core.metrics.event(EventOutcome::Reported),
            _ => {}
        }
    }

    /// Builds the row to store. An event with a code waits for the exchange. Without one, a suspension is a report to
    /// be checked, and an activation has no effect.
    fn build_row(&self, event: ActivationEvent, address: String, now: Epoch) -> NewEvent {
        let ActivationEvent {
            cid, kind, property_id, code, subdomain, company_name, occupancy_type, api_location, ..
        } = event;
        let unnamed = if event.has_invalid_subdomain { INVALID_SUBDOMAIN } else { "" };
        let subdomain = subdomain.map_or_else(|| unnamed.to_owned(), |label| label.as_str().to_owned());
        // Include the subdomain, so an event verified for one company doesn't count as a repeat for another. The id
        // below also includes the code, so a made-up event doesn't make the real one a repeat.
        let dedup_key = format!("{cid}/{subdomain}/{property_id}/{}/{}", kind.name(), now.div_euclid(REPEAT_WINDOW));
        let code = code.filter(|_| kind != EventKind::ChangeFeedType);
        let state = match (kind, &code) {
            (EventKind::ChangeFeedType, _) => EventState::Logged,
            (_, Some(_)) => EventState::Waiting,
            (EventKind::Suspended, None) => EventState::Reported,
            (EventKind::Activation, None) => EventState::Unverified,
        };
        let due_at = (state == EventState::Waiting).then_some(now);
        let code_hash = code.as_ref().map(crate::server::launch::Code::hash);
        let id = EventId::from(
            code_hash.map_or_else(|| dedup_key.clone(), |hash| format!("{dedup_key}/{}", URL_SAFE_NO_PAD.encode(hash))),
        );
        let code = code.map(|code| self.vault.seal(&code_context(&id), code.secret().expose_secret()));
        NewEvent {
            id,
            dedup_key,
            cid,
            kind,
            address,
            subdomain,
            company_name,
            property_id,
            occupancy_type,
            api_location,
            state,
            due_at,
            code,
            code_hash,
        }
    }
}

/// Stores the event, unless a repeat was stored meanwhile.
async fn store_unless_repeated(
    tx: &mut Tx,
    mut event: NewEvent,
    issuer: &str,
    now: Epoch,
) -> storage::Result<Received> {
    // Only `cid` is always present. The code reveals the company. For a report without a subdomain, look for an earlier
    // verified event with the same cid.
    if event.subdomain.is_empty() && event.state == EventState::Reported {
        event.subdomain = events::verified_subdomain(&mut *tx, &event.cid).await?.unwrap_or_default();
    }
    if !is_new(events::find_known(&mut *tx, &event, now - BURST_WINDOW).await?, &event) {
        return Ok(Received::Again);
    }
    if event_queue::count_due(&mut *tx).await? >= QUEUE_LENGTH {
        return Ok(Received::Full);
    }
    match event.state {
        EventState::Waiting => {
            event_queue::delete_oldest_waiting(&mut *tx, &event.dedup_key, CODES_PER_EVENT - 1).await?;
        }
        EventState::Reported => event.due_at = check::due(&mut *tx, issuer, &event.subdomain, false, now).await?,
        _ => {}
    }
    events::upsert(&mut *tx, &event, now).await?;
    if event.due_at.is_some() {
        Queue::add(tx, JobKind::Activation, "", now).await?;
    }
    Ok(Received::Taken)
}

/// Whether an event is new. It isn't if an event of its company and kind was verified and no opposite event has
/// followed. Otherwise each code is new once, so a made-up code doesn't block the real one. An event without a code is
/// new if its earlier row is finished.
fn is_new(known: KnownEvent, event: &NewEvent) -> bool {
    !known.verified
        && match known.state {
            None => true,
            Some(EventState::Verified | EventState::Duplicate | EventState::Refuted) => event.code_hash.is_none(),
            Some(
                EventState::Waiting
                | EventState::Exchanging
                | EventState::Reported
                | EventState::Unverified
                | EventState::Logged,
            ) => false,
        }
}
