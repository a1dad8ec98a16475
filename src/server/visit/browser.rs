//! The browser session: what the cookie names. A launch, a sign-in and a link each issue its next id; a visit opens only to ids at
//! least as new as its own last sign-in, so an id that was planted or copied before it is worth nothing.

use secrecy::{ExposeSecret, SecretString};

use super::IDLE;
use crate::server::{
    chance::Chance,
    clock::Epoch,
    db::{
        self, Connection,
        browser_sessions::{self, Next},
    },
    digest::digest,
};

/// A browser that presented a live id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser {
    pub session_id: String,
    /// Which of the session's ids it was.
    pub number: i64,
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
pub struct FreshIds {
    session: String,
    id: SecretString,
}

impl FreshIds {
    pub fn draw(chance: &Chance) -> Self {
        Self { session: chance.id(), id: chance.id().into() }
    }

    pub fn cookie(&self) -> Cookie {
        Cookie(self.id.clone())
    }
}

/// Issues the next id of the browser's session, or the first one of a new session where there is none (any more).
///
/// # Errors
/// Those of the database.
pub async fn next_id(
    c: &mut Connection,
    browser: Option<&Browser>,
    fresh: &FreshIds,
    now: Epoch,
) -> db::Result<Browser> {
    let next = Next {
        session: browser.map(|b| b.session_id.as_str()),
        fresh: &fresh.session,
        hash: &id_hash(fresh.id.expose_secret()),
        expires_at: now + IDLE,
    };
    let (session_id, number) = browser_sessions::next_id(c, next, now).await?;
    Ok(Browser { session_id, number })
}
