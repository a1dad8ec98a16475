//! Signing in: e-mail and password. An unknown e-mail costs the same work as a wrong password and gets the same answer.

use secrecy::{ExposeSecret, SecretString};

use super::{Account, Accounts, Busy, PASSWORD_BYTES, Shut, may_enter};
use crate::server::db::{self, accounts};

#[derive(Debug)]
pub enum SignInError {
    /// Unknown e-mail or wrong password: which, is not said.
    Wrong,
    /// The right password of an account that may not enter.
    Shut(Shut),
    Busy,
    Database(db::Error),
}

impl From<db::Error> for SignInError {
    fn from(e: db::Error) -> Self {
        Self::Database(e)
    }
}

impl From<Busy> for SignInError {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}

impl Accounts {
    /// The account of an e-mail, if the password is right.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn sign_in(&self, email: &str, password: SecretString) -> Result<Account, SignInError> {
        // No account has a longer password; hashing what can't match would only be work for whoever sends it.
        let password = if password.expose_secret().len() > *PASSWORD_BYTES.end() { "".into() } else { password };
        let (account, hash) = accounts::by_email(self.db.reader(), email).await?.unzip();
        let right = self.hasher.verify(password, hash).await?;
        let account = account.filter(|_| right).ok_or(SignInError::Wrong)?;
        may_enter(&account, false).map_err(SignInError::Shut)?;
        Ok(account)
    }
}
