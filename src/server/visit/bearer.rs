//! Bearers: 256 random bits that open one visit, for browsers that keep no cookie in a frame. Every 15 minutes of use a bearer gets a
//! successor; it lives until that one first comes back, and if it is used after that, somebody has a copy: the visit ends.

use secrecy::{ExposeSecret, SecretString};

use super::Visits;
use crate::server::{
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    digest::digest,
    rng::Rng,
    storage::{self, audit, bearers, revocation},
    visit::StoredBearer,
};

/// Seconds of age at which a bearer that is used gets its successor.
const RENEWED_AFTER: Epoch = 15 * 60;
/// Seconds that a successor is waited for before another takes its place: its answer may be on the way still.
const ON_THE_WAY: Epoch = 60;

/// The visit that a bearer opens, and which of the visit's bearers it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub visit_id: String,
    pub session_id: String,
    pub number: i64,
}

/// A bearer in the clear, on its way to the browser.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

impl Token {
    pub fn draw(rng: &Rng) -> Self {
        Self(rng.ticket().into())
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    pub fn hash(&self) -> [u8; 32] {
        token_hash(self.expose())
    }
}

/// What a bearer is found by.
pub(super) fn token_hash(token: &str) -> [u8; 32] {
    digest("bearer", token.as_bytes())
}

impl Visits {
    /// The live visit's bearer that a token is, with its successor where it is time for one. The idle time moves on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn bearer(&self, token: &str, client: ClientInfo) -> storage::Result<Option<(Bearer, Option<Token>)>> {
        let (hash, now) = (token_hash(token), self.core.clock.now());
        let Some(found) = bearers::find(self.core.storage.reader(), &hash, now).await? else { return Ok(None) };
        if found.number < found.newest_used {
            tracing::warn!(visit = found.visit_id, "a bearer was used after its successor: the visit is ended");
            let id = found.visit_id;
            let end = self.core.storage.write(move |mut tx| async move {
                let ended = revocation::with_tabs(&mut tx, &id, now).await?;
                // The session stays, so that its tabs are told that theirs is over, and not that it never was.
                audit::insert_ended(&mut tx, AuditAction::SessionStolen, &ended, &client, now).await
            });
            end.await?;
            return Ok(None);
        }
        if !found.was_used {
            let note =
                self.core.storage.write_alone(move |mut tx| async move { bearers::mark_used(&mut tx, &hash).await });
            storage::ignore_transient(note.await)?;
        }
        self.move_on(&found.session_id, found.session_created_at, found.session_used_at, now).await?;
        let successor = self.successor(&found, now).await?;
        let StoredBearer { visit_id, session_id, number, .. } = found;
        Ok(Some((Bearer { visit_id, session_id, number }, successor)))
    }

    async fn successor(&self, found: &StoredBearer, now: Epoch) -> storage::Result<Option<Token>> {
        let newest = found.issued_at == found.newest_at;
        if now - found.issued_at < RENEWED_AFTER || (!newest && now - found.newest_at < ON_THE_WAY) {
            return Ok(None);
        }
        let token = Token::draw(&self.core.rng);
        let (hash, visit, number) = (token.hash(), found.visit_id.clone(), found.number);
        let issued = self
            .core
            .storage
            .write(move |mut tx| async move { bearers::issue(&mut tx, &visit, number, &hash, now).await })
            .await?;
        Ok(issued.then_some(token))
    }
}
