//! An account whose password was right a moment ago. What is done with that looks again, inside its transaction: the password may have been
//! changed, or the account disabled, while the hash was made.

use secrecy::{ExposeSecret, SecretString};

use super::{Account, Accounts};
use crate::server::storage::{self, Tx, accounts};

#[derive(Debug, Clone)]
pub struct VerifiedPassword {
    pub account: Account,
    hash: SecretString,
}

impl VerifiedPassword {
    pub(super) fn new(account: Account, hash: &str) -> Self {
        Self { account, hash: hash.into() }
    }

    /// Whether the password still is the one that was given, and the account may enter.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn still(&self, tx: &mut Tx) -> storage::Result<bool> {
        accounts::has_password(tx, &self.account.id, self.hash.expose_secret()).await
    }

    /// The hash of that password, for putting another in its place.
    pub(super) fn hash(&self) -> &str {
        self.hash.expose_secret()
    }
}

impl Accounts {
    /// An account as the operator names it, without asking for its password.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_operator(&self, email: &str) -> storage::Result<Option<VerifiedPassword>> {
        let found = accounts::find_by_email(self.core.storage.reader(), email).await?;
        Ok(found.map(|(account, hash)| VerifiedPassword::new(account, &hash)))
    }
}
