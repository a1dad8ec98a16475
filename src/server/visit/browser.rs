//! The browser session: what the cookie names. A launch, a sign-in and a link each issue its next id. A visit opens to ids at least as
//! new as its launch, and, once a password was given for it, only to ids that descend from the one issued then: an id that was planted
//! or copied before is worth nothing, and can't be exchanged for one that is worth more.

use secrecy::{ExposeSecret, SecretString};

use super::{IDLE, MOST_IDS};
use crate::server::{
    clock::Epoch,
    digest::digest,
    rng::Rng,
    storage::{self, Tx, browser_sessions},
    visit::NewSessionId,
};

/// A browser that presented a live id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    pub session_id: String,
    /// Which of the session's ids it was.
    pub number: i64,
    /// The number of the newest id in its descent that was issued for a password; 0 when there is none.
    pub verified: i64,
}

/// What an id is issued for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuedFor {
    /// A launch: several tabs may be launched at once with the same id, so the session is kept as long as it lives.
    Launch,
    /// A password, or the confirmation that follows it.
    Password,
}

/// The id that the browser is to carry from now on.
#[derive(Debug, Clone)]
pub struct Cookie(SecretString);

impl Cookie {
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// What an id is found by.
pub fn id_hash(id: &str) -> [u8; 32] {
    digest("browser session id", id.as_bytes())
}

/// Ids drawn before the transaction that may need them.
pub struct NewSessionIds {
    session: String,
    id: SecretString,
}

impl NewSessionIds {
    pub fn draw(rng: &Rng) -> Self {
        Self { session: rng.id(), id: rng.id().into() }
    }

    pub fn cookie(&self) -> Cookie {
        Cookie(self.id.clone())
    }
}

/// Issues the next id of the browser's session, or the first one of a new session where there is none (any more), or where a password
/// was given in it without the id that was presented.
///
/// # Errors
/// Those of the database.
pub async fn next_id(
    tx: &mut Tx,
    browser: Option<&Browser>,
    what: IssuedFor,
    fresh: &NewSessionIds,
    now: Epoch,
) -> storage::Result<Browser> {
    let next = NewSessionId {
        presented: browser.map(|b| (b.session_id.as_str(), b.number, b.verified)),
        password: what == IssuedFor::Password,
        new_session_id: &fresh.session,
        hash: &id_hash(fresh.id.expose_secret()),
        expires_at: now + IDLE,
        most: MOST_IDS,
    };
    let (session_id, number, verified) = browser_sessions::issue_id(tx, next, now).await?;
    Ok(Browser { session_id, number, verified })
}
