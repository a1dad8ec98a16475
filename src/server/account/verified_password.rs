//! An account whose password was just verified. Code that acts on it checks again inside the transaction: the password
//! may have been changed, or the account disabled, while the hash was computed.

use secrecy::{ExposeSecret, SecretString};

use super::Account;
use crate::server::{
    core::Core,
    storage::{self, Tx, accounts},
};

#[derive(Debug, Clone)]
pub struct VerifiedPassword {
    pub account: Account,
    hash: SecretString,
}

impl VerifiedPassword {
    pub(super) fn new(account: Account, hash: &str) -> Self {
        Self { account, hash: hash.into() }
    }

    /// Loads an account for the operator, who needs no password. Returns `None` if no account has this email.
    pub async fn for_operator(core: &Core, email: &str) -> storage::Result<Option<Self>> {
        let found = accounts::find_by_email(core.storage.reader(), email).await?;
        Ok(found.map(|(account, hash)| Self::new(account, &hash)))
    }

    /// Whether the account still has the verified password and is not disabled.
    pub async fn is_current(&self, tx: &mut Tx) -> storage::Result<bool> {
        accounts::has_password(tx, &self.account.id, self.hash.expose_secret()).await
    }

    /// The hash of the verified password, for replacing it.
    pub fn hash(&self) -> &str {
        self.hash.expose_secret()
    }
}
