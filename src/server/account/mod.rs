//! Accounts: people as Latchkey knows them. Registers them and checks their passwords; decides who may enter.

mod access;
mod password;
mod register;
mod sign_in;

pub use access::{Shut, may_enter};
pub use password::{Busy, Hasher};
pub use register::{Refusal, RegisterError, Registration};
pub use sign_in::SignInError;

pub use super::db::accounts::Account;
use super::{chance::Chance, clock::Clock, db::Db};

/// Password lengths in bytes: the lower bound is ASVS 5.0 6.2.1's, the upper one keeps hashing cheap (threat T15).
pub const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 8..=1024;

#[derive(Clone)]
pub struct Accounts {
    pub(super) db: Db,
    pub(super) hasher: Hasher,
    pub(super) chance: Chance,
    pub(super) clock: Clock,
}

impl Accounts {
    pub fn new(db: Db, hasher: Hasher, chance: Chance, clock: Clock) -> Self {
        Self { db, hasher, chance, clock }
    }
}
