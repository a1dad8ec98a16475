//! The ids of a browser session, which its cookie holds. A launch, a sign-in and a link each issue the next one. A
//! visit opens to ids at least as new as its launch and, once a password was entered for it, only to the id issued then
//! and to ids with it in their chain: an id that was planted or copied earlier opens nothing and can't be traded for a
//! newer one.

use secrecy::{ExposeSecret, SecretString};

use super::{IDLE, MAX_SESSION_IDS, NewSessionId};
use crate::server::{
    clock::Epoch,
    digest::digest,
    ids::SessionId,
    rng::Rng,
    storage::{self, Tx, browser_sessions},
};

/// A browser that presented a valid session id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    pub session_id: SessionId,
    /// The number of the id within its session.
    pub number: i64,
    /// The number of the newest id in its chain that was issued for a password; 0 if there is none.
    pub verified: i64,
}

/// Why an id is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssuedFor {
    /// A launch. Several tabs may be launched at once with the same id, so the session is reused while it lives.
    Launch,
    /// A password, or the confirmation that follows it.
    Password,
}

/// The value of the session cookie to set.
#[derive(Debug, Clone)]
pub struct Cookie(SecretString);

impl Cookie {
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The hash under which a session id is stored.
pub fn id_hash(id: &str) -> [u8; 32] {
    digest("browser session id", id.as_bytes())
}

/// Random ids, generated before the transaction that may need them.
pub struct NewSessionIds {
    /// The row id of a new session.
    session: SessionId,
    /// The id that the cookie holds.
    id: SecretString,
}

impl NewSessionIds {
    pub fn draw(rng: &Rng) -> Self {
        Self { session: rng.id().into(), id: rng.id().into() }
    }

    pub fn cookie(&self) -> Cookie {
        Cookie(self.id.clone())
    }
}

/// Issues the next id of the browser's session. Starts a new session if the browser has none, if it has expired, or if
/// a password was entered in it with another id than the one presented.
pub async fn next_id(
    tx: &mut Tx,
    browser: Option<&Browser>,
    issued_for: IssuedFor,
    ids: &NewSessionIds,
    now: Epoch,
) -> storage::Result<Browser> {
    let next = NewSessionId {
        presented: browser.map(|b| (&b.session_id, b.number, b.verified)),
        password: issued_for == IssuedFor::Password,
        new_session_id: &ids.session,
        hash: &id_hash(ids.id.expose_secret()),
        expires_at: now + IDLE,
        max_ids: MAX_SESSION_IDS,
    };
    let (session_id, number, verified) = browser_sessions::issue_id(tx, next, now).await?;
    Ok(Browser { session_id, number, verified })
}
