//! Deletes an account for the person, from one of their visits, or for the operator.

use super::erase::erase;
use crate::server::{
    account::{Account, VerifiedPassword},
    audit::{AuditAction, ClientInfo},
    core::Core,
    identity::LinkedIdentity,
    ids::IdentityId,
    storage::{self, accounts, links, visits},
    visit::{SignedOut, Visit, acts_as},
};

/// What the person deleted.
#[derive(Debug)]
pub struct Deleted {
    /// Whether the browser session has other visits.
    pub session: SignedOut,
    /// The identities that were deleted. Callers that cache something for them drop it.
    pub identities: Vec<IdentityId>,
}

/// What the operator deleted.
#[derive(Debug)]
pub struct AccountDeletion {
    pub account: Account,
    pub links: Vec<LinkedIdentity>,
    /// Number of visits that acted as the account.
    pub visits: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum DeleteError {
    /// The visit ended or the password was changed in the meantime.
    #[error("the visit ended or the password was changed in the meantime")]
    Over,
    #[error(transparent)]
    Database(#[from] storage::Error),
}

/// Deletes the account that a visit acts as. Visits of other accounts in the same browser session stay open. Entrata
/// users who were linked to it are unknown from now on.
///
/// # Errors
/// See [`DeleteError`]; nothing is deleted then.
pub async fn delete(core: &Core, verified: VerifiedPassword, visit: &Visit) -> Result<Deleted, DeleteError> {
    let (visit_id, session_id, now) = (visit.id.clone(), visit.session_id.clone(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        let account = &verified.account;
        if !acts_as(&mut tx, &visit_id, &account.id, now).await? || !verified.is_current(&mut tx).await? {
            return Err(DeleteError::Over);
        }
        // The row has no client: nothing about the person stays. That their sessions ended needs no rows.
        let identities = erase(&mut tx, account, AuditAction::AccountDeleted, &ClientInfo::default(), now).await?;
        let has_others = visits::session_has_live(&mut tx, &session_id, now).await?;
        let session = if has_others { SignedOut::SessionOpen } else { SignedOut::SessionEnded };
        Ok(Deleted { session, identities })
    });
    write.await
}

/// Deletes the account with this email. Returns `None` if there is none.
pub async fn delete_as_operator(
    core: &Core,
    email: &str,
    client: ClientInfo,
) -> storage::Result<Option<AccountDeletion>> {
    let (email, now) = (email.to_owned(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        let Some((account, _)) = accounts::find_by_email(&mut tx, &email).await? else { return Ok(None) };
        let links = links::list(&mut tx, &account.id).await?;
        let visits = visits::count_of_account(&mut tx, &account.id).await?;
        erase(&mut tx, &account, AuditAction::AccountDeleted, &client, now).await?;
        Ok(Some(AccountDeletion { account, links, visits }))
    });
    write.await
}
