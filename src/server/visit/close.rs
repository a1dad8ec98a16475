//! What every end of visits has in common: each is noted in the audit, and a browser session without a live visit goes too.

use std::collections::BTreeSet;

use crate::server::{
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    storage::{self, Tx, audit, browser_sessions},
    visit::RevokedVisit,
};

/// Closes visits that were just ended.
///
/// # Errors
/// Those of the database.
pub async fn close(
    tx: &mut Tx,
    ended: &[RevokedVisit],
    what: AuditAction,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    audit::insert_ended(&mut *tx, what, ended, client, now).await?;
    let sessions: BTreeSet<&str> = ended.iter().map(|visit| visit.session_id.as_str()).collect();
    browser_sessions::delete_without_visits(tx, &sessions.into_iter().collect::<Vec<_>>(), now).await
}
