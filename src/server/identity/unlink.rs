//! Unlinking an identity from its account. A person unlinks in a visit (`visit/unlink.rs`), an operator on the command
//! line (`link_management/remove.rs`).

use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    ids::{AccountId, IdentityId, VisitId},
    storage::{self, Tx, audit, connections, identities, links, revocation, unconfirmed_links},
};

/// A link, by the ids of its two sides.
#[derive(Debug, Clone, Copy)]
pub struct LinkRef<'a> {
    pub identity: &'a IdentityId,
    pub account: &'a AccountId,
}

/// Removes a link, forgets the identity's token and its unconfirmed sign-ins, and ends its visits. Without a link left,
/// the account's connections end, too. `visit` is the one
/// in which a person did it. Returns how many visits ended, or `None` if there is no such link.
pub async fn unlink(
    tx: &mut Tx,
    LinkRef { identity, account }: LinkRef<'_>,
    visit: Option<&VisitId>,
    action: AuditAction,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<Option<usize>> {
    if !links::delete(&mut *tx, identity, account).await? {
        return Ok(None);
    }
    identities::clear_token(&mut *tx, identity, now).await?;
    unconfirmed_links::delete_of_identity(&mut *tx, identity).await?;
    let subject = AuditSubject { account: Some(account), identity: Some(identity), visit, ..AuditSubject::default() };
    audit::insert(&mut *tx, action, subject, client, now).await?;
    let ended = revocation::of_identity(&mut *tx, identity, now).await?;
    revocation::close(&mut *tx, &ended, AuditAction::SessionEnded, client, now).await?;
    if links::count(&mut *tx, account).await? == 0 {
        close_connections(tx, account, visit, client, now).await?;
    }
    Ok(Some(ended.len()))
}

/// Deletes the tokens of the account's connections, because no Entrata user leads to the account any more. The sweep
/// deletes their data.
async fn close_connections(
    tx: &mut Tx,
    account: &AccountId,
    visit: Option<&VisitId>,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    storage::overwrite_deleted(&mut *tx, true).await?;
    let closed = connections::close_all(&mut *tx, account).await?;
    storage::overwrite_deleted(&mut *tx, false).await?;
    for system in closed {
        let about = AuditSubject { account: Some(account), visit, detail: system.name(), ..AuditSubject::default() };
        audit::insert(&mut *tx, AuditAction::Disconnected, about, client, now).await?;
    }
    Ok(())
}
