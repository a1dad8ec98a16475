//! Signing in: e-mail and password. An unknown e-mail costs the same work as a wrong password, waits the same, and gets the same answer.

use secrecy::{ExposeSecret, SecretString};

use super::{Account, Accounts, Busy, Proven, Shut, Stands, lock::Tried, may_enter, password::LONGEST};
use crate::server::{
    clock::Epoch,
    storage::{
        self, accounts,
        audit::{self, About, Seen, What},
    },
};

#[derive(Debug)]
pub enum SignInError {
    /// Unknown e-mail or wrong password: which, is not said.
    Wrong,
    /// Too many were wrong; nothing was checked. Seconds until the next attempt.
    Wait(Epoch),
    /// The right password of an account that may not enter.
    Shut(Shut),
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
        seen: &Seen,
    ) -> Result<Proven, SignInError> {
        self.check(Tried::Email(email), email, password, visit, seen).await
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
        seen: &Seen,
    ) -> Result<Proven, SignInError> {
        self.check(Tried::Inside(&account.id), &account.email, password, Some(visit), seen).await
    }

    async fn check(
        &self,
        tried: Tried<'_>,
        email: &str,
        password: SecretString,
        visit: Option<&str>,
        seen: &Seen,
    ) -> Result<Proven, SignInError> {
        let (attempt, place) = self.take_attempt(tried).await?;
        // No account has a longer password; hashing what can't match would only be work for whoever sends it.
        let password = if password.expose_secret().len() > LONGEST { "".into() } else { password };
        let found = accounts::by_email(self.storage.reader(), email).await?;
        let hash = found.as_ref().map(|(_, hash)| hash.clone());
        let right = self.hasher.verify(place, password, hash).await?;
        let proven = found.map(|(account, hash)| Proven::new(account, &hash));
        let Some(proven) = proven.as_ref().filter(|_| right) else {
            self.note_failure(proven.map(|p| p.account), visit, seen, "").await?;
            return Err(SignInError::Wrong);
        };
        attempt.was_right(self).await?;
        if let Err(shut) = may_enter(&proven.account, Stands::Open) {
            self.note_failure(Some(proven.account.clone()), visit, seen, "disabled").await?;
            return Err(SignInError::Shut(shut));
        }
        Ok(proven.clone())
    }

    async fn note_failure(
        &self,
        account: Option<Account>,
        visit: Option<&str>,
        seen: &Seen,
        detail: &'static str,
    ) -> storage::Result<()> {
        let (visit, seen, now) = (visit.map(str::to_owned), seen.clone(), self.clock.now());
        self.storage
            .write_alone(move |c| {
                Box::pin(async move {
                    let account = account.as_ref().map(|a| a.id.as_str());
                    let about = About { account, identity: None, visit: visit.as_deref(), detail };
                    audit::insert(c, What::Failed, about, &seen, now).await
                })
            })
            .await
    }
}
