//! Bearer tokens: 256 random bits that open one visit, for browsers that keep no cookies in frames. After 15 minutes of
//! use a token gets a successor and stays valid until the successor is first used. If it is used after that, somebody
//! has a copy, and the visit ends.

use secrecy::{ExposeSecret, SecretString};

use super::{StoredBearer, session::keep_alive};
use crate::server::{
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    core::Core,
    digest::digest,
    ids::{SessionId, VisitId},
    rng::Rng,
    storage::{self, audit, bearers, revocation},
};

/// Age in seconds at which a token that is used gets its successor.
const RENEWED_AFTER: Epoch = 15 * 60;
/// Seconds after which a successor that was not used is replaced. Until then the response with it may still arrive.
const SUCCESSOR_TIMEOUT: Epoch = 60;

/// A valid token: the visit that it opens and its number among the visit's tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    pub visit_id: VisitId,
    pub session_id: SessionId,
    pub number: i64,
}

/// A plaintext token to send to the browser.
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

/// The hash under which a token is stored.
fn token_hash(token: &str) -> [u8; 32] {
    digest("bearer", token.as_bytes())
}

/// Finds the live visit that a token opens, and issues a successor if it is time. Extends the session's idle time. A
/// token that is used after its successor ends the visit.
pub(super) async fn accept(
    core: &Core,
    token: &str,
    client: ClientInfo,
) -> storage::Result<Option<(Bearer, Option<Token>)>> {
    let (hash, now) = (token_hash(token), core.clock.now());
    let Some(found) = bearers::find(core.storage.reader(), &hash, now).await? else { return Ok(None) };
    if is_replaced(&found) {
        tracing::warn!(visit = found.visit_id.as_str(), "a bearer was used after its successor; ended the visit");
        end_stolen(core, found.visit_id, client, now).await?;
        return Ok(None);
    }
    if !found.was_used {
        let mark = core.storage.write_alone(move |mut tx| async move { bearers::mark_used(&mut tx, &hash).await });
        storage::ignore_transient(mark.await)?;
    }
    keep_alive(core, &found.session_id, found.session_created_at, found.session_used_at, now).await?;
    let successor = successor(core, &found, now).await?;
    Ok(Some((found.into(), successor)))
}

/// Finds the live visit that a token opens. Does not mark the token as used, but extends the session's idle time.
pub(super) async fn look_up(core: &Core, token: &str) -> storage::Result<Option<Bearer>> {
    let now = core.clock.now();
    let found = bearers::find(core.storage.reader(), &token_hash(token), now).await?;
    let Some(found) = found.filter(|found| !is_replaced(found)) else { return Ok(None) };
    keep_alive(core, &found.session_id, found.session_created_at, found.session_used_at, now).await?;
    Ok(Some(found.into()))
}

fn is_replaced(found: &StoredBearer) -> bool {
    found.number < found.newest_used
}

/// Ends a visit and the tabs opened from it. The browser session stays, so that its tabs can say that their visit is
/// over instead of unknown.
async fn end_stolen(core: &Core, visit_id: VisitId, client: ClientInfo, now: Epoch) -> storage::Result<()> {
    let end = core.storage.write(move |mut tx| async move {
        let ended = revocation::with_tabs(&mut tx, &visit_id, now).await?;
        audit::insert_ended(&mut tx, AuditAction::SessionStolen, &ended, &client, now).await
    });
    end.await
}

async fn successor(core: &Core, found: &StoredBearer, now: Epoch) -> storage::Result<Option<Token>> {
    let is_newest = found.issued_at == found.newest_at;
    if now - found.issued_at < RENEWED_AFTER || (!is_newest && now - found.newest_at < SUCCESSOR_TIMEOUT) {
        return Ok(None);
    }
    let token = Token::draw(&core.rng);
    let (hash, visit, number) = (token.hash(), found.visit_id.clone(), found.number);
    let issue =
        core.storage.write(move |mut tx| async move { bearers::issue(&mut tx, &visit, number, &hash, now).await });
    Ok(issue.await?.then_some(token))
}

impl From<StoredBearer> for Bearer {
    fn from(stored: StoredBearer) -> Self {
        let StoredBearer { visit_id, session_id, number, .. } = stored;
        Self { visit_id, session_id, number }
    }
}
