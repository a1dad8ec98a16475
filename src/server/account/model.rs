//! The types of this room. They know nothing of where they are stored.

use crate::server::clock::Epoch;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    pub email: String,
    pub name: String,
    pub disabled: bool,
}

#[derive(Debug, Clone)]
pub struct AccountOverview {
    pub id: String,
    pub email: String,
    pub name: String,
    pub links: i64,
    pub created_at: Epoch,
    /// When somebody came in last, by whatever way; as far back as history is kept.
    pub signed_in_at: Option<Epoch>,
    /// When something was used last of what is open, or was lately.
    pub used_at: Option<Epoch>,
    pub disabled_at: Option<Epoch>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FailedAttempts {
    pub failures: i64,
    pub throttled_until: Epoch,
    pub last_at: Epoch,
}
