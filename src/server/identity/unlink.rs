//! Unlinking an identity from its account. A person unlinks in a visit (`visit/unlink.rs`), an operator on the command
//! line (`link_management/remove.rs`).

use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    ids::{AccountId, IdentityId, VisitId},
    storage::{self, Tx, audit, identities, links, revocation, unconfirmed_links},
};

/// A link, by the ids of its two sides.
#[derive(Debug, Clone, Copy)]
pub struct LinkRef<'a> {
    pub identity: &'a IdentityId,
    pub account: &'a AccountId,
}

/// Removes a link, forgets the identity's token and its unconfirmed sign-ins, and ends its visits. `visit` is the one
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
    revocation::close(tx, &ended, AuditAction::SessionEnded, client, now).await?;
    Ok(Some(ended.len()))
}
