//! Receiving an event: one row, durably, and nothing else, so that the answer waits for nobody. What was told before within the hour is
//! nothing new, unless it brings another code where no code has proven it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::ExposeSecret;

use super::{Activation, ActivationEvent, EventKind, EventState, check, code_place};
use crate::server::{
    activation::{KnownEvent, NewEvent},
    clock::Epoch,
    metrics::Told,
    storage::{self, Tx, companies, event_queue, events},
};

/// Events that wait to be worked, at the most.
const QUEUE: i64 = 1000;
/// Of one and the same, with different codes, at the most: the newest, so that whoever floods has to go on.
const CODES: i64 = 8;
/// Events without a code that are kept a minute, however many addresses they come from: of those from which nothing follows together, and of
/// each company that we know. They cost whoever makes them up nothing, and each a row. Those with a code have their queue.
pub(super) const IDLE: u32 = 120;
/// Seconds within which an event that is told again is the same.
const SAME: Epoch = 60 * 60;
/// Seconds after an event that was proven in which others of its company and kind say the same: Entrata tells one for each property.
const BURST: Epoch = 15 * 60;
/// For a subdomain that is none, which no code can prove.
const NONSENSE: &str = "?";

/// What became of an event at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    Taken,
    /// It was told before.
    Again,
    /// More wait than can be worked, or more come that need no work than are worth keeping.
    Full,
}

impl Activation {
    /// Keeps an event that came from `address`.
    ///
    /// # Errors
    /// Those of the database; nothing is kept then.
    pub async fn receive(&self, event: ActivationEvent, address: String) -> storage::Result<Received> {
        let now = self.core.clock.now();
        let (cid, kind) = (event.cid.clone(), event.kind);
        let event = self.event(event, address, now);
        let (company, state) = (event.subdomain.clone(), event.state);
        // A flood is looked at by a reader, so that it keeps nobody from writing.
        let mut received = if !self.has_place(&event).await? {
            Received::Full
        } else if !is_news(events::known(self.core.storage.reader(), &event, now - BURST).await?, &event) {
            Received::Again
        } else if event_queue::waiting(self.core.storage.reader()).await? >= QUEUE {
            Received::Full
        } else {
            Received::Taken
        };
        if received == Received::Taken {
            let issuer = self.outside.issuer.clone();
            received =
                self.core.storage.write(move |mut tx| async move { put(&mut tx, event, &issuer, now).await }).await?;
        }
        tracing::info!(company, cid, kind = kind.name(), state = state.name(), ?received, "event");
        self.tell(received, state);
        if received == Received::Taken {
            self.wake.notify_one();
        }
        Ok(received)
    }

    /// Whether an event may be kept, for the minute. One with a code may. One from which nothing can follow is refused before
    /// anything is looked up; a report of a company that we know is not kept out by those.
    async fn has_place(&self, event: &NewEvent) -> storage::Result<bool> {
        Ok(match event.state {
            EventState::Waiting => true,
            EventState::Reported if companies::is_known(self.core.storage.reader(), &event.subdomain).await? => {
                self.idle.take(Some(event.subdomain.clone())).is_ok()
            }
            _ => self.idle.take(None).is_ok(),
        })
    }

    fn tell(&self, received: Received, state: EventState) {
        self.core.metrics.told(match received {
            Received::Taken => Told::Taken,
            Received::Again => Told::Repeated,
            Received::Full => Told::Full,
        });
        match (received, state) {
            (Received::Taken, EventState::Logged) => self.core.metrics.told(Told::Logged),
            (Received::Taken, EventState::Unverified) => self.core.metrics.told(Told::Unproven),
            (Received::Taken, EventState::Reported) => self.core.metrics.told(Told::Reported),
            _ => {}
        }
    }

    /// The row of an event: with a code it waits for the exchange; without one, a suspension is a report, and an activation nothing.
    fn event(&self, event: ActivationEvent, address: String, now: Epoch) -> NewEvent {
        let ActivationEvent {
            cid, kind, property_id, code, subdomain, company_name, occupancy_type, api_location, ..
        } = event;
        let unnamed = if event.names_nonsense { NONSENSE } else { "" };
        let subdomain = subdomain.map_or_else(|| unnamed.to_owned(), |label| label.as_str().to_owned());
        // Without the subdomain, an event proven for one company would pass for another's. Without the code in the id
        // below, a made-up event would keep the real one out.
        let dedup_key = format!("{cid}/{subdomain}/{property_id}/{}/{}", kind.name(), now.div_euclid(SAME));
        let code = code.filter(|_| kind != EventKind::ChangeFeedType);
        let state = match (kind, &code) {
            (EventKind::ChangeFeedType, _) => EventState::Logged,
            (_, Some(_)) => EventState::Waiting,
            (EventKind::Suspended, None) => EventState::Reported,
            (EventKind::Activation, None) => EventState::Unverified,
        };
        let due_at = (state == EventState::Waiting).then_some(now);
        let code_hash = code.as_ref().map(crate::server::launch::Code::hash);
        let id =
            code_hash.map_or_else(|| dedup_key.clone(), |hash| format!("{dedup_key}/{}", URL_SAFE_NO_PAD.encode(hash)));
        let code = code.map(|code| self.vault.seal(&code_place(&id), code.secret().expose_secret()));
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

/// Keeps the event, unless somebody else told it meanwhile.
async fn put(tx: &mut Tx, mut event: NewEvent, issuer: &str, now: Epoch) -> storage::Result<Received> {
    // Only `cid` is always there. A code says itself which company it is of; what has none, an event that was proven before may tell.
    if event.subdomain.is_empty() && event.state == EventState::Reported {
        event.subdomain = events::subdomain_of(&mut *tx, &event.cid).await?.unwrap_or_default();
    }
    if !is_news(events::known(&mut *tx, &event, now - BURST).await?, &event) {
        return Ok(Received::Again);
    }
    if event_queue::waiting(&mut *tx).await? >= QUEUE {
        return Ok(Received::Full);
    }
    match event.state {
        EventState::Waiting => event_queue::make_room(&mut *tx, &event.dedup_key, CODES - 1).await?,
        EventState::Reported => event.due_at = check::due(&mut *tx, issuer, &event.subdomain, false, now).await?,
        _ => {}
    }
    events::put(tx, &event, now).await?;
    Ok(Received::Taken)
}

/// Whether an event says something new. Not what was proven, by whichever code and for whichever property, unless the opposite came
/// since; else each code does once, so that a made-up one does not keep the real one out. Without a code it does when its row is done
/// with.
fn is_news(known: KnownEvent, event: &NewEvent) -> bool {
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
