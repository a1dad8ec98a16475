//! Accounts: people as Latchkey knows them. Registers accounts, checks passwords, and decides whether an account may
//! act. Changing and deleting accounts is in `account_management`.

mod access;
mod authenticator;
mod fields;
mod hasher;
mod model;
mod password_rules;
mod register;
mod sweep;
mod throttle;
mod verified_password;

pub use access::{AccessDenied, may_enter};
pub use authenticator::{Authenticator, SignInError};
pub use fields::{Refusal, is_email, parse_name};
pub use hasher::{Busy, Hasher};
pub use model::{Account, AccountOverview, FailedAttempts};
pub use password_rules::check_password;
pub use register::{RegisterError, Registration, register, register_from_visit};
pub use sweep::sweep;
pub use throttle::{
    ATTEMPT_MEMORY, AttemptKind, ThrottleError, failed_attempts, forget_all_attempts, forget_sign_in_attempts,
};
pub use verified_password::VerifiedPassword;
