//! Receiving an event: one row, durably, and nothing else, so that the answer waits for nobody. What was told before within the hour is
//! nothing new, unless it brings another code where no code has proven it.

use secrecy::ExposeSecret;

use super::{Activation, Kind, Notice, State, check, code_place};
use crate::server::{
    clock::Epoch,
    db::{
        self, Connection, event_queue,
        events::{self, Known, New},
    },
    metrics::Told,
};

/// Events that wait to be worked, at the most.
const QUEUE: i64 = 1000;
/// Seconds within which an event that is told again is the same.
const SAME: Epoch = 60 * 60;

/// What became of an event at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    Taken,
    /// It was told before.
    Again,
    /// More wait than can be worked.
    Full,
}

impl Activation {
    /// Keeps an event that came from `address`.
    ///
    /// # Errors
    /// Those of the database; nothing is kept then.
    pub async fn receive(&self, notice: Notice, address: String) -> db::Result<Received> {
        let now = self.clock.now();
        let (cid, kind) = (notice.cid.clone(), notice.kind);
        let company = notice.subdomain.as_ref().map(|label| label.as_str().to_owned());
        let event = self.event(notice, address, now);
        let (id, hash) = (event.id.clone(), event.code_hash);
        // A flood is looked at by a reader, so that it keeps nobody from writing.
        let mut received = match events::known(self.db.reader(), &id).await? {
            Some(known) if !is_news(&known, hash.as_ref()) => Received::Again,
            _ if event_queue::waiting(self.db.reader()).await? >= QUEUE => Received::Full,
            _ => Received::Taken,
        };
        let state = event.state;
        if received == Received::Taken {
            let issuer = self.outside.issuer.clone();
            received = self.db.write(move |c| Box::pin(async move { put(c, event, &issuer, now).await })).await?;
        }
        tracing::info!(company, cid, kind = kind.name(), state = state.name(), ?received, "event");
        self.metrics.told(match received {
            Received::Taken => Told::Taken,
            Received::Again => Told::Repeated,
            Received::Full => Told::Full,
        });
        if received == Received::Taken {
            match state {
                State::Logged => self.metrics.told(Told::Logged),
                State::Unproven => self.metrics.told(Told::Unproven),
                State::Reported => self.metrics.told(Told::Reported),
                State::Waiting | State::Asking | State::Proven | State::Refuted => {}
            }
            self.wake.notify_one();
        }
        Ok(received)
    }

    /// The row of an event: with a code it waits for the exchange; without one, a suspension is a report, and an activation nothing.
    fn event(&self, notice: Notice, address: String, now: Epoch) -> New {
        let Notice { cid, kind, property_id, code, subdomain, company_name, occupancy_type, api_location } = notice;
        let subdomain = subdomain.map(|label| label.as_str().to_owned()).unwrap_or_default();
        let id = format!("{cid}/{subdomain}/{property_id}/{}/{}", kind.name(), now.div_euclid(SAME));
        let code = code.filter(|_| kind != Kind::ChangeFeedType);
        let state = match (kind, &code) {
            (Kind::ChangeFeedType, _) => State::Logged,
            (_, Some(_)) => State::Waiting,
            (Kind::Suspended, None) => State::Reported,
            (Kind::Activation, None) => State::Unproven,
        };
        let due_at = (state == State::Waiting).then_some(now);
        let code_hash = code.as_ref().map(crate::server::launch::Code::hash);
        let code = code.map(|code| self.vault.seal(&code_place(&id), code.secret().expose_secret()));
        New {
            id,
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
async fn put(c: &mut Connection, mut event: New, issuer: &str, now: Epoch) -> db::Result<Received> {
    if let Some(known) = events::known(&mut *c, &event.id).await?
        && !is_news(&known, event.code_hash.as_ref())
    {
        return Ok(Received::Again);
    }
    if event_queue::waiting(&mut *c).await? >= QUEUE {
        return Ok(Received::Full);
    }
    // Only `cid` is always there; which company it is, an event that was proven before has told.
    if event.subdomain.is_empty() {
        event.subdomain = events::subdomain_of(&mut *c, &event.cid).await?.unwrap_or_default();
    }
    if event.state == State::Reported {
        event.due_at = check::due(&mut *c, issuer, &event.subdomain, now).await?;
    }
    events::put(c, &event, now).await?;
    Ok(Received::Taken)
}

/// Whether an event that is known may be told anew: with another code where none has proven it, so that a made-up one does not keep
/// the real one out; and after the opposite was proven.
fn is_news(known: &Known, code: Option<&[u8; 32]>) -> bool {
    let other_code = code.is_some_and(|code| known.code_hash.as_deref() != Some(code.as_slice()));
    match known.state {
        State::Waiting | State::Asking | State::Logged => false,
        State::Proven => known.overtaken && (other_code || code.is_none()),
        State::Unproven | State::Reported | State::Refuted => other_code,
    }
}
