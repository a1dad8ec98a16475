//! Unlinking an identity from the account that a visit acts as.

use super::{SignedOut, Visit, acts_as};
use crate::server::{
    account::Account,
    audit::{AuditAction, ClientInfo},
    core::Core,
    identity::{self, LinkRef},
    ids::IdentityId,
    metrics::LinkChange,
    storage::{self, links},
};

/// Why an identity is unlinked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnlinkReason {
    NotWanted,
    /// "This wasn't me": somebody else made the link. The person decides, and entered a password to confirm.
    NotMine,
}

#[derive(Debug, thiserror::Error)]
pub enum UnlinkError {
    /// The identity is not linked to this account.
    #[error("the identity is not linked to the account")]
    NotLinked,
    /// It is the account's last identity. A password alone does not sign in from Entrata.
    #[error("it is the last identity of the account")]
    LastIdentity,
    /// The visit has ended.
    #[error("the visit has ended")]
    VisitEnded,
    #[error(transparent)]
    Database(#[from] storage::Error),
}

/// Unlinks an identity. Returns what is left of the browser session if it was the visit's own identity. Checks and
/// counts inside the transaction (threat T24); changes nothing on error.
pub(super) async fn unlink(
    core: &Core,
    visit: &Visit,
    account: &Account,
    identity_id: &IdentityId,
    reason: UnlinkReason,
    client: ClientInfo,
) -> Result<Option<SignedOut>, UnlinkError> {
    let is_own = visit.identity().is_some_and(|identity| identity.id == *identity_id);
    let (visit_id, session, now) = (visit.id.clone(), visit.session_id.clone(), core.clock.now());
    let (account, identity) = (account.id.clone(), identity_id.clone());
    let (action, change) = match reason {
        UnlinkReason::NotWanted => (AuditAction::Unlinked, LinkChange::Unlinked),
        UnlinkReason::NotMine => (AuditAction::Disowned, LinkChange::Disowned),
    };
    let unlink = core.storage.write(move |mut tx| async move {
        if !acts_as(&mut tx, &visit_id, &account, now).await? {
            return Err(UnlinkError::VisitEnded);
        }
        let link = LinkRef { identity: &identity, account: &account };
        if identity::unlink(&mut tx, link, Some(&visit_id), action, &client, now).await?.is_none() {
            return Err(UnlinkError::NotLinked);
        }
        if reason == UnlinkReason::NotWanted && links::count(&mut tx, &account).await? == 0 {
            return Err(UnlinkError::LastIdentity);
        }
        let left = SignedOut::of_session(&mut tx, &session, now).await?;
        Ok(is_own.then_some(left))
    });
    let left = unlink.await?;
    core.metrics.linked(change);
    Ok(left)
}
