//! The types of this module. They don't depend on storage.

use crate::server::{clock::Epoch, ids::AccountId, storage::accounts::fold};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    pub email: String,
    pub name: String,
    pub disabled: bool,
}

impl Account {
    /// Whether `typed` is the account's email, ignoring case and surrounding spaces.
    pub fn has_email(&self, typed: &str) -> bool {
        fold(typed) == fold(&self.email)
    }
}

/// An account as `latchkey account list` shows it.
#[derive(Debug, Clone)]
pub struct AccountOverview {
    pub id: AccountId,
    pub email: String,
    pub name: String,
    /// Number of linked Entrata users.
    pub links: i64,
    pub created_at: Epoch,
    /// The last sign-in of any kind, as far back as the audit goes.
    pub signed_in_at: Option<Epoch>,
    /// The last use of a visit that is still stored.
    pub used_at: Option<Epoch>,
    pub disabled_at: Option<Epoch>,
}

impl AccountOverview {
    /// When the account was last used.
    pub fn last_use(&self) -> Option<Epoch> {
        self.signed_in_at.max(self.used_at)
    }
}

/// Attempts without success since the last success or the last pause of an hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FailedAttempts {
    pub failures: i64,
    pub throttled_until: Epoch,
    pub last_at: Epoch,
}
