//! How many visits may be open at once, so that nobody's own rows make the pages slow. Whatever begins a visit, links
//! it or moves it to another browser session calls [`cap`] in the same transaction.

use super::close;
use crate::server::{
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    storage::{self, Tx, revocation},
    visit::VisitCaps,
};

/// Open visits of one browser session, pending ones included. One more ends the one that was used longest ago.
pub const MOST_OF_SESSION: i64 = 100;
/// Open visits of one account, in whatever browsers. One more ends the one that was used longest ago.
pub const MOST_OF_ACCOUNT: i64 = 1_000;
/// Open visits of an account beyond which no more tabs are opened from them. A launch costs a code and a sign-in a
/// password, but a tab costs nothing: this limit refuses it instead of ending a visit that somebody may be using.
pub const MOST_OPEN: i64 = 200;
/// Ids of one browser session that are kept. A visit takes up to three (launch, sign-in, link).
pub const MOST_IDS: i64 = 3 * MOST_OF_SESSION;

const CAPS: VisitCaps = VisitCaps { of_session: MOST_OF_SESSION, of_account: MOST_OF_ACCOUNT };

/// Ends the visits of the browser session and the account of `new` that were used longest ago, where more are open than
/// may be. `new` is the visit that was just begun, linked or moved. They end as any other visit does: noted in the audit, and with the
/// browser sessions that are empty then.
///
/// # Errors
/// When the database fails.
pub async fn cap(
    tx: &mut Tx,
    new: &str,
    session_id: &str,
    account_id: Option<&str>,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    let ended = revocation::over_caps(&mut *tx, new, session_id, account_id, CAPS, now).await?;
    if ended.is_empty() {
        return Ok(());
    }
    tracing::info!(
        visit = new,
        ended = ended.len(),
        "too many visits were open; ended those that were used longest ago"
    );
    close(tx, &ended, AuditAction::SessionEnded, client, now).await
}
