//! The list of an account's active sessions, and ending one of them.

use super::{ActiveSession, close};
use crate::server::{
    account::Account,
    audit::{AuditAction, ClientInfo},
    core::Core,
    ids::VisitId,
    storage::{self, active_sessions, revocation},
};

/// Returns the live visits of an account, most recently used first.
pub(super) async fn list(core: &Core, account: &Account) -> storage::Result<Vec<ActiveSession>> {
    active_sessions::list(core.storage.reader(), &account.id, core.clock.now()).await
}

/// Ends a visit of the account. Does nothing if the visit is another account's or has ended.
pub(super) async fn end(core: &Core, account: &Account, id: &VisitId, client: ClientInfo) -> storage::Result<()> {
    let (account, id, now) = (account.id.clone(), id.clone(), core.clock.now());
    let end = core.storage.write(move |mut tx| async move {
        let ended = revocation::of_account(&mut tx, &account, &id, now).await?;
        close(&mut tx, ended.as_slice(), AuditAction::SessionEnded, &client, now).await
    });
    end.await
}
