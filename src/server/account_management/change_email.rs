//! Changes an account's email. Other sessions stay open, because they depend on the password: a person who sees in the
//! history that somebody else changed the email must still be signed in to undo it.

use super::ChangeError;
use crate::server::{
    account::{Account, Authenticator, Refusal, VerifiedPassword, forget_sign_in_attempts, is_email},
    audit::{AuditAction, AuditSubject, ClientInfo},
    core::Core,
    storage::{accounts, audit, unconfirmed_links},
    visit::{Visit, acts_as},
};

/// Changes an account's email, after its password was verified. Drops pending confirmations, which show the old email,
/// and resets the sign-in attempts of both emails: attempts with the new one were not made on this account.
///
/// The answer reveals whether an email is taken. That can't be hidden, so each attempt counts like a wrong password,
/// whatever its result: this reveals no more emails, and no faster, than registering does.
///
/// # Errors
/// See [`ChangeError`]; nothing is changed then.
pub async fn change_email(
    core: &Core,
    authenticator: &Authenticator,
    verified: VerifiedPassword,
    visit: &Visit,
    email: &str,
    client: ClientInfo,
) -> Result<(), ChangeError> {
    let email = email.trim().to_owned();
    if !is_email(&email) {
        return Err(ChangeError::Refused(Refusal::NotAnEmail));
    }
    let Account { id, email: old_email, .. } = verified.account.clone();
    if email == old_email {
        return Ok(());
    }
    authenticator.count_email_change(&id).await?;
    let (visit_id, now) = (visit.id.clone(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        if !acts_as(&mut tx, &visit_id, &id, now).await? || !verified.is_current(&mut tx).await? {
            return Err(ChangeError::Over);
        }
        if !accounts::set_email(&mut tx, &id, &email).await? {
            return Err(ChangeError::Refused(Refusal::EmailTaken));
        }
        unconfirmed_links::delete_of_account(&mut tx, &id).await?;
        for email in [&old_email, &email] {
            forget_sign_in_attempts(&mut tx, email).await?;
        }
        // The audit row names neither email: the old one may become somebody else's.
        let subject = AuditSubject { account: Some(&id), visit: Some(&visit_id), ..AuditSubject::default() };
        Ok(audit::insert(&mut tx, AuditAction::EmailChanged, subject, &client, now).await?)
    });
    write.await
}
