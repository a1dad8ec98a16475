//! Checks an email and password. An unknown email takes the same time, is throttled the same way and gets the same
//! answer as a wrong password.

use secrecy::{ExposeSecret, SecretString};

use super::{
    AccessDenied, Account, AttemptKind, Busy, Hasher, ThrottleError, VerifiedPassword, may_enter,
    password_rules::MAX_BYTES,
    throttle::{AttemptCounter, Throttle},
};
use crate::server::{
    audit::{AuditAction, AuditDetail, AuditSubject, ClientInfo},
    clock::Epoch,
    company::CompanyStatus,
    core::Core,
    ids::{AccountId, VisitId},
    storage::{self, accounts, audit},
};

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown email or wrong password. Callers must not learn which.
    #[error("incorrect email or password")]
    Wrong,
    /// Seconds until the next attempt. Nothing was checked.
    #[error("too many attempts; the next one is allowed in {0} s")]
    Wait(Epoch),
    /// The password was right.
    #[error(transparent)]
    AccessDenied(AccessDenied),
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

impl From<ThrottleError> for SignInError {
    fn from(e: ThrottleError) -> Self {
        match e {
            ThrottleError::Wait(seconds) => Self::Wait(seconds),
            ThrottleError::Busy(e) => Self::Busy(e),
            ThrottleError::Database(e) => Self::Database(e),
        }
    }
}

/// Checks passwords, throttled per email and account.
#[derive(Clone)]
pub struct Authenticator {
    core: Core,
    hasher: Hasher,
    throttle: Throttle,
}

impl Authenticator {
    pub fn new(core: Core, hasher: Hasher) -> Self {
        Self { throttle: Throttle::new(core.clone()), core, hasher }
    }

    /// Returns the account with this email and password. `visit`: where they were typed, if in a visit.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn sign_in(
        &self,
        email: &str,
        password: SecretString,
        visit: Option<&VisitId>,
        client: &ClientInfo,
    ) -> Result<VerifiedPassword, SignInError> {
        self.check(AttemptCounter(AttemptKind::SignIn, email), email, password, visit, client).await
    }

    /// Checks the password of the account that a visit acts as. Has its own counter, so that somebody else's attempts
    /// to sign in with the email don't lock the person out of this.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn confirm_password(
        &self,
        account: &Account,
        password: SecretString,
        visit: &VisitId,
        client: &ClientInfo,
    ) -> Result<VerifiedPassword, SignInError> {
        let counter = AttemptCounter(AttemptKind::Confirmation, account.id.as_str());
        self.check(counter, &account.email, password, Some(visit), client).await
    }

    /// Counts an attempt to change an account's email, whatever its result.
    ///
    /// # Errors
    /// See [`ThrottleError`].
    pub async fn count_email_change(&self, account_id: &AccountId) -> Result<(), ThrottleError> {
        self.throttle
            .begin(&self.hasher, AttemptCounter(AttemptKind::EmailChange, account_id.as_str()))
            .await
            .map(|_| ())
    }

    async fn check(
        &self,
        counter: AttemptCounter<'_>,
        email: &str,
        password: SecretString,
        visit: Option<&VisitId>,
        client: &ClientInfo,
    ) -> Result<VerifiedPassword, SignInError> {
        let (attempt, slot) = self.throttle.begin(&self.hasher, counter).await?;
        // No account has a longer password, so don't hash it.
        let password = if password.expose_secret().len() > MAX_BYTES { "".into() } else { password };
        let found = accounts::find_by_email(self.core.storage.reader(), email).await?;
        let hash = found.as_ref().map(|(_, hash)| hash.clone());
        let matches = self.hasher.verify(slot, password, hash).await?;
        let found = found.map(|(account, hash)| VerifiedPassword::new(account, &hash));
        let Some(verified) = found.as_ref().filter(|_| matches) else {
            self.record_failure(found.map(|found| found.account), visit, client, "").await?;
            return Err(SignInError::Wrong);
        };
        self.throttle.succeeded(attempt).await?;
        if let Err(denied) = may_enter(&verified.account, CompanyStatus::Open) {
            let detail = AuditDetail::AccountDisabled.code();
            self.record_failure(Some(verified.account.clone()), visit, client, detail).await?;
            return Err(SignInError::AccessDenied(denied));
        }
        Ok(verified.clone())
    }

    async fn record_failure(
        &self,
        account: Option<Account>,
        visit: Option<&VisitId>,
        client: &ClientInfo,
        detail: &'static str,
    ) -> storage::Result<()> {
        let (visit, client, now) = (visit.cloned(), client.clone(), self.core.clock.now());
        let write = self.core.storage.write_alone(move |mut tx| async move {
            let account = account.as_ref().map(|a| &a.id);
            let subject = AuditSubject { account, identity: None, visit: visit.as_ref(), detail };
            audit::insert(&mut tx, AuditAction::Failed, subject, &client, now).await
        });
        write.await
    }
}
