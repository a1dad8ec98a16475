//! Re-authentication in a linked visit. Sensitive actions need a password entered in the last five minutes.

use super::{RenewedCredential, SessionCredential, Visit, VisitSignInError, credential::Renewal};
use crate::server::{
    account::VerifiedPassword,
    audit::{AuditAction, AuditDetail, AuditSubject, ClientInfo},
    clock::Epoch,
    core::Core,
    storage::audit,
};

/// Seconds for which a password counts as recent.
pub const RECENT_AUTHENTICATION: Epoch = 5 * 60;

/// Records that the account's password was entered in a visit, and renews the credential.
///
/// # Errors
/// When the visit has ended or acts as another account, or the password was changed in the meantime.
pub(super) async fn confirm_password(
    core: &Core,
    visit: &Visit,
    verified: &VerifiedPassword,
    credential: &SessionCredential,
    client: ClientInfo,
) -> Result<RenewedCredential, VisitSignInError> {
    let (renewal, now) = (Renewal::draw(&core.rng, credential), core.clock.now());
    let (renewed, visit_id, verified) = (renewal.renewed(), visit.id.clone(), verified.clone());
    core.storage
        .write(move |mut tx| async move {
            let visit = renewal.find(&mut tx, &visit_id, now).await?;
            let is_account = visit.account().is_some_and(|account| account.id == verified.account.id);
            if !is_account || !verified.is_current(&mut tx).await? {
                return Err(VisitSignInError::NotPending);
            }
            renewal.restrict(&mut tx, &visit, now, now).await?;
            let subject = AuditSubject { detail: AuditDetail::PasswordConfirmed.code(), ..visit.audit_subject() };
            Ok(audit::insert(&mut tx, AuditAction::SignedIn, subject, &client, now).await?)
        })
        .await?;
    Ok(renewed)
}
