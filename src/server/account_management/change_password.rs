//! Changes an account's password. Ends its other visits, drops pending confirmations and forgets known browsers.

use secrecy::SecretString;

use super::ChangeError;
use crate::server::{
    account::{Account, Hasher, VerifiedPassword, check_password},
    audit::{AuditAction, AuditSubject, ClientInfo},
    core::Core,
    ids::VisitId,
    storage::{accounts, audit, known_browsers, revocation, unconfirmed_links},
    visit::{Visit, acts_as, close},
};

/// Changes a password in a visit of the account, after the old one was verified. Ends all other visits of the account.
///
/// # Errors
/// See [`ChangeError`]; nothing is changed then.
pub async fn change_password(
    core: &Core,
    hasher: &Hasher,
    verified: VerifiedPassword,
    visit: &Visit,
    new: SecretString,
    client: ClientInfo,
) -> Result<(), ChangeError> {
    set_password(core, hasher, verified, Some(visit.id.clone()), new, client).await
}

/// Changes a password for the operator. Ends all visits of the account. Cancels its scheduled deletion.
///
/// # Errors
/// See [`ChangeError`]; nothing is changed then.
pub async fn reset_password(
    core: &Core,
    hasher: &Hasher,
    verified: VerifiedPassword,
    new: SecretString,
    client: ClientInfo,
) -> Result<(), ChangeError> {
    set_password(core, hasher, verified, None, new, client).await
}

async fn set_password(
    core: &Core,
    hasher: &Hasher,
    verified: VerifiedPassword,
    visit_id: Option<VisitId>,
    new: SecretString,
    client: ClientInfo,
) -> Result<(), ChangeError> {
    let Account { id, email, name, .. } = verified.account.clone();
    check_password(&new, &name, &email).map_err(ChangeError::Refused)?;
    let hash = hasher.hash(new).await?;
    let now = core.clock.now();
    let write = core.storage.write(move |mut tx| async move {
        if let Some(visit_id) = &visit_id
            && !acts_as(&mut tx, visit_id, &id, now).await?
        {
            return Err(ChangeError::Over);
        }
        // The password may have been changed while the hash was computed.
        if !accounts::set_password(&mut tx, &id, verified.hash(), &hash).await? {
            return Err(ChangeError::Over);
        }
        if visit_id.is_none() {
            accounts::cancel_expiry(&mut tx, &id).await?;
        }
        unconfirmed_links::delete_of_account(&mut tx, &id).await?;
        known_browsers::delete_of_account(&mut tx, &id).await?;
        let subject = AuditSubject { account: Some(&id), visit: visit_id.as_ref(), ..AuditSubject::default() };
        audit::insert(&mut tx, AuditAction::PasswordChanged, subject, &client, now).await?;
        let ended = revocation::all_of_account(&mut tx, &id, visit_id.as_ref(), now).await?;
        close(&mut tx, &ended, AuditAction::SessionEnded, &client, now).await?;
        Ok(())
    });
    write.await
}
