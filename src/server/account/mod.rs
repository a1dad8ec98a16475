//! Accounts: people as Latchkey knows them. Registers them and checks their passwords; decides who may enter.

mod access;
mod change;
mod change_password;
mod data_export;
mod delete;
mod enable_disable;
mod history;
mod model;
mod new_password;
mod password;
mod profile;
mod register;
mod sign_in;
mod sweep;
mod throttle;
mod verified_password;

use crate::server::core::Core;
use std::sync::Arc;

use tokio::sync::Semaphore;

pub use access::{AccessDenied, may_enter};
pub use change::ChangeError;
pub use data_export::DataExport;
pub use delete::{AccountDeletion, DeleteError, Deleted};
pub use history::{AuditAction, AuditEvent, AuditSubject, ClientInfo, KEPT, SubjectIdentity};
pub use model::{Account, AccountOverview, FailedAttempts};
pub use password::{Busy, Hasher};
pub use register::{Refusal, RegisterError, Registration};
pub use sign_in::SignInError;
pub use sweep::sweep;
pub use throttle::REST;
pub use verified_password::VerifiedPassword;

#[derive(Clone)]
pub struct Accounts {
    pub(super) core: Core,
    pub(super) hasher: Hasher,
    /// Who may count an attempt in the database just now.
    attempting: Arc<Semaphore>,
}

impl Accounts {
    pub fn new(core: Core, hasher: Hasher) -> Self {
        Self { core, hasher, attempting: Arc::new(Semaphore::new(throttle::AT_ONCE)) }
    }
}
