//! Revoking a grant: for its owner, and when a code or refresh token is used again.

use super::{ConnectionId, StoredGrant};
use crate::server::{
    account::Account,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    core::Core,
    storage::{self, Tx, audit, provider_grants, provider_places},
};

/// Revokes an account's grant. Does nothing if there is none.
pub(super) async fn revoke(
    core: &Core,
    account: &Account,
    connection_id: ConnectionId,
    client: ClientInfo,
) -> storage::Result<()> {
    let (account, now) = (account.id.clone(), core.clock.now());
    let revoke = core.storage.write(move |mut tx| async move {
        provider_places::delete(&mut tx, &account, connection_id).await?;
        if !provider_grants::delete_of_connection(&mut tx, &account, connection_id).await? {
            return Ok(());
        }
        let detail = connection_id.to_string();
        let subject = AuditSubject { account: Some(&account), detail: &detail, ..AuditSubject::default() };
        audit::insert(&mut tx, AuditAction::GrantRevoked, subject, &client, now).await
    });
    revoke.await
}

/// Revokes a grant because one of its secrets was used again, so somebody has a copy (threat T42).
pub(super) async fn revoke_reused(
    tx: &mut Tx,
    grant: &StoredGrant,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    provider_grants::delete(&mut *tx, &grant.id).await?;
    let detail = grant.connection_id.to_string();
    let subject = AuditSubject { account: Some(&grant.account.id), detail: &detail, ..AuditSubject::default() };
    audit::insert(tx, AuditAction::GrantReused, subject, client, now).await
}
