//! Accounts: people as Latchkey knows them. Registers them and checks their passwords; decides who may enter.

mod access;
mod change;
mod change_password;
mod delete;
mod everything;
mod history;
mod lock;
mod new_password;
mod password;
mod profile;
mod proven;
mod register;
mod sign_in;
mod switch;

use std::sync::Arc;

use tokio::sync::Semaphore;

pub use access::{Shut, Stands, company_may, may_enter};
pub use change::ChangeError;
pub use delete::{DeleteError, Deleted, Removal};
pub use everything::Everything;
pub use history::{About, AboutIdentity, Event, KEPT, Seen, What};
pub use lock::REST;
pub use password::{Busy, Hasher};
pub use proven::Proven;
pub use register::{Refusal, RegisterError, Registration};
pub use sign_in::SignInError;

use super::clock::Clock;
use crate::server::rng::Chance;
use crate::server::storage::Storage;
pub use crate::server::storage::accounts::Account;

#[derive(Clone)]
pub struct Accounts {
    pub(super) storage: Storage,
    pub(super) hasher: Hasher,
    pub(super) chance: Chance,
    pub(super) clock: Clock,
    /// Who may count an attempt in the database just now.
    attempting: Arc<Semaphore>,
}

impl Accounts {
    pub fn new(storage: Storage, hasher: Hasher, chance: Chance, clock: Clock) -> Self {
        Self { storage, hasher, chance, clock, attempting: Arc::new(Semaphore::new(lock::AT_ONCE)) }
    }
}
