//! Signing in: e-mail and password. An unknown e-mail costs the same work as a wrong password, waits the same, and gets the same answer.

use secrecy::{ExposeSecret, SecretString};

use super::{
    AccessDenied, Account, Accounts, Busy, CompanyStatus, VerifiedPassword, may_enter, password::LONGEST,
    throttle::AttemptTarget,
};
use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    storage::{self, accounts, audit},
};

#[derive(Debug)]
pub enum SignInError {
    /// Unknown e-mail or wrong password: which, is not said.
    Wrong,
    /// Too many were wrong; nothing was checked. Seconds until the next attempt.
    Wait(Epoch),
    /// The right password of an account that may not enter.
    AccessDenied(AccessDenied),
    Busy,
    Database(storage::Error),
}

impl From<storage::Error> for SignInError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

impl From<Busy> for SignInError {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}

impl Accounts {
    /// The account of an e-mail, if the password is right. `visit`: where it was typed, where there is one.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn sign_in(
        &self,
        email: &str,
        password: SecretString,
        visit: Option<&str>,
        client: &ClientInfo,
    ) -> Result<VerifiedPassword, SignInError> {
        self.check(AttemptTarget::Email(email), email, password, visit, client).await
    }

    /// The account that a visit acts as, if the password is its own. Counted apart from sign-ins, so that no stranger who tries the e-mail
    /// keeps somebody who is in from changing the password.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn give_again(
        &self,
        account: &Account,
        password: SecretString,
        visit: &str,
        client: &ClientInfo,
    ) -> Result<VerifiedPassword, SignInError> {
        self.check(AttemptTarget::Inside(&account.id), &account.email, password, Some(visit), client).await
    }

    async fn check(
        &self,
        tried: AttemptTarget<'_>,
        email: &str,
        password: SecretString,
        visit: Option<&str>,
        client: &ClientInfo,
    ) -> Result<VerifiedPassword, SignInError> {
        let (attempt, place) = self.take_attempt(tried).await?;
        // No account has a longer password; hashing what can't match would only be work for whoever sends it.
        let password = if password.expose_secret().len() > LONGEST { "".into() } else { password };
        let found = accounts::find_by_email(self.core.storage.reader(), email).await?;
        let hash = found.as_ref().map(|(_, hash)| hash.clone());
        let right = self.hasher.verify(place, password, hash).await?;
        let verified = found.map(|(account, hash)| VerifiedPassword::new(account, &hash));
        let Some(verified) = verified.as_ref().filter(|_| right) else {
            self.note_failure(verified.map(|p| p.account), visit, client, "").await?;
            return Err(SignInError::Wrong);
        };
        attempt.was_right(self).await?;
        if let Err(denied) = may_enter(&verified.account, CompanyStatus::Open) {
            self.note_failure(Some(verified.account.clone()), visit, client, "disabled").await?;
            return Err(SignInError::AccessDenied(denied));
        }
        Ok(verified.clone())
    }

    async fn note_failure(
        &self,
        account: Option<Account>,
        visit: Option<&str>,
        client: &ClientInfo,
        detail: &'static str,
    ) -> storage::Result<()> {
        let (visit, client, now) = (visit.map(str::to_owned), client.clone(), self.core.clock.now());
        self.core
            .storage
            .write_alone(move |mut tx| async move {
                let account = account.as_ref().map(|a| a.id.as_str());
                let about = AuditSubject { account, identity: None, visit: visit.as_deref(), detail };
                audit::insert(&mut tx, AuditAction::Failed, about, &client, now).await
            })
            .await
    }
}
