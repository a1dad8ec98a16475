//! Limits on the number of open visits, so that one user's rows can't make pages slow. Code that begins a visit, links
//! it, or moves it to another browser session calls [`enforce_caps`] in the same transaction.

use super::{VisitCaps, close};
use crate::server::{
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    ids::{AccountId, SessionId, VisitId},
    storage::{self, Tx, revocation},
};

/// Maximum open visits of a browser session, pending ones included. One more ends the least recently used.
pub const MAX_PER_SESSION: i64 = 100;
/// Maximum open visits of an account across all browsers. One more ends the least recently used.
pub const MAX_PER_ACCOUNT: i64 = 1_000;
/// Open visits of an account at which opening a new tab is refused. A launch costs a code and a sign-in costs a
/// password, but a tab is free: refuse it instead of ending a visit that may be in use.
pub const MAX_FOR_NEW_TAB: i64 = 200;
/// Maximum stored ids of a browser session. A visit takes up to three: launch, sign-in, link.
pub const MAX_SESSION_IDS: i64 = 3 * MAX_PER_SESSION;

const CAPS: VisitCaps = VisitCaps { of_session: MAX_PER_SESSION, of_account: MAX_PER_ACCOUNT };

/// Ends the least recently used visits of a browser session and an account that are over their caps, records them in
/// the audit, and deletes browser sessions that are empty afterward. Never ends `new`, the visit that was just begun,
/// linked or moved.
pub async fn enforce_caps(
    tx: &mut Tx,
    new: &VisitId,
    session_id: &SessionId,
    account_id: Option<&AccountId>,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    let ended = revocation::over_caps(&mut *tx, new, session_id, account_id, CAPS, now).await?;
    if ended.is_empty() {
        return Ok(());
    }
    tracing::info!(visit = new.as_str(), ended = ended.len(), "too many open visits; ended the least recently used");
    close(tx, &ended, AuditAction::SessionEnded, client, now).await
}
