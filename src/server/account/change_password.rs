//! Changing a password, once the one that counts so far was given, or by the operator. Whoever came in elsewhere is out; so is what waits
//! for a confirmation, and no browser is known any more.

use secrecy::SecretString;

use super::{Account, Accounts, ChangeError, VerifiedPassword, new_password::judge};
use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    storage::{accounts, audit, known_browsers, revocation, unconfirmed_links},
    visit::{Visit, acts_as, close},
};

impl Accounts {
    /// Changes an account's password; all its visits end but the one in which it was changed.
    ///
    /// # Errors
    /// See [`ChangeError`]; nothing is changed then.
    pub async fn change_password(
        &self,
        verified: VerifiedPassword,
        here: Option<&Visit>,
        new: SecretString,
        client: ClientInfo,
    ) -> Result<(), ChangeError> {
        let Account { id, email, name, .. } = verified.account.clone();
        judge(&new, &name, &email).map_err(ChangeError::Refused)?;
        let (here, now) = (here.map(|visit| visit.id.clone()), self.core.clock.now());
        let hash = self.hasher.hash(self.hasher.place()?, new).await?;
        self.core
            .storage
            .write(move |mut tx| async move {
                if let Some(here) = &here
                    && !acts_as(&mut tx, here, &id, now).await?
                {
                    return Err(ChangeError::Over);
                }
                // Somebody changed it while the hash was made: the one that was given counts no more.
                if !accounts::set_password(&mut tx, &id, verified.hash(), &hash).await? {
                    return Err(ChangeError::Over);
                }
                if here.is_none() {
                    accounts::cancel_expiry(&mut tx, &id).await?;
                }
                unconfirmed_links::delete_of_account(&mut tx, &id).await?;
                known_browsers::delete_of_account(&mut tx, &id).await?;
                let about = AuditSubject { account: Some(&id), visit: here.as_deref(), ..AuditSubject::default() };
                audit::insert(&mut tx, AuditAction::PasswordChanged, about, &client, now).await?;
                let ended = revocation::all_of_account(&mut tx, &id, here.as_deref(), now).await?;
                close(&mut tx, &ended, AuditAction::SessionEnded, &client, now).await?;
                Ok(())
            })
            .await
    }
}
