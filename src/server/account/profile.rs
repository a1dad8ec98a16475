//! Changing an account's name and e-mail. What opens its sessions is the password, which stays, so sessions elsewhere go on: whoever finds in
//! the history that somebody else did it has to be in to undo it.

use super::{
    Account, Accounts, ChangeError, Refusal, SignInError, VerifiedPassword, register, throttle::AttemptTarget,
};
use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    storage::{accounts, attempts, audit, unconfirmed_links},
    visit::{Visit, acts_as},
};

impl Accounts {
    /// Changes an account's name; the one that it has already changes nothing.
    ///
    /// # Errors
    /// See [`ChangeError`]; nothing is changed then.
    pub async fn change_name(
        &self,
        account: &Account,
        here: &Visit,
        name: &str,
        client: ClientInfo,
    ) -> Result<(), ChangeError> {
        let name = register::name(name).map_err(ChangeError::Refused)?;
        let (id, here, now) = (account.id.clone(), here.id.clone(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                if !acts_as(&mut tx, &here, &id, now).await? {
                    return Err(ChangeError::Over);
                }
                if accounts::set_name(&mut tx, &id, &name).await? {
                    let about = AuditSubject { account: Some(&id), visit: Some(&here), ..AuditSubject::default() };
                    audit::insert(&mut tx, AuditAction::NameChanged, about, &client, now).await?;
                }
                Ok(())
            })
            .await
    }

    /// Changes an account's e-mail, once its password was given. Confirmations that show the one so far are dropped, and attempts at either
    /// e-mail forgotten: the right password was given for the one, and those at the other were not at this account.
    ///
    /// That an e-mail is taken can't be hidden where it has to be the only one. Each that is asked for counts, as wrong passwords do and
    /// whatever comes of it, so that nobody finds out more of them here, or faster, than by registering.
    ///
    /// # Errors
    /// See [`ChangeError`]; nothing is changed then.
    pub async fn change_email(
        &self,
        verified: VerifiedPassword,
        here: &Visit,
        email: &str,
        client: ClientInfo,
    ) -> Result<(), ChangeError> {
        let email = email.trim().to_owned();
        if !register::is_email(&email) {
            return Err(ChangeError::Refused(Refusal::NotAnEmail));
        }
        let Account { id, email: before, .. } = verified.account.clone();
        if email == before {
            return Ok(());
        }
        self.take_attempt(AttemptTarget::EmailFor(&id)).await.map_err(|e| match e {
            SignInError::Wait(seconds) => ChangeError::Wait(seconds),
            SignInError::Database(e) => ChangeError::Database(e),
            SignInError::Busy | SignInError::Wrong | SignInError::AccessDenied(_) => ChangeError::Busy,
        })?;
        let (here, now) = (here.id.clone(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                if !acts_as(&mut tx, &here, &id, now).await? || !verified.still(&mut tx).await? {
                    return Err(ChangeError::Over);
                }
                if !accounts::set_email(&mut tx, &id, &email).await? {
                    return Err(ChangeError::Refused(Refusal::EmailTaken));
                }
                unconfirmed_links::delete_of_account(&mut tx, &id).await?;
                for email in [&before, &email] {
                    attempts::delete(&mut tx, &AttemptTarget::Email(email).hash()).await?;
                }
                // Neither e-mail stands in the row: the one so far is nobody's any more.
                let about = AuditSubject { account: Some(&id), visit: Some(&here), ..AuditSubject::default() };
                Ok(audit::insert(&mut tx, AuditAction::EmailChanged, about, &client, now).await?)
            })
            .await
    }
}
