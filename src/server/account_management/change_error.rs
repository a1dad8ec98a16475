//! Why an account was not changed.

use crate::server::{
    account::{Busy, Refusal, ThrottleError},
    clock::Epoch,
    storage,
};

#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The new value is invalid or taken.
    #[error("invalid value: {0:?}")]
    Refused(Refusal),
    /// The visit ended or the password was changed in the meantime.
    #[error("the visit ended or the password was changed in the meantime")]
    Over,
    /// Seconds until the next attempt. Nothing was checked.
    #[error("too many attempts; the next one is allowed in {0} s")]
    Wait(Epoch),
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

impl From<ThrottleError> for ChangeError {
    fn from(e: ThrottleError) -> Self {
        match e {
            ThrottleError::Wait(seconds) => Self::Wait(seconds),
            ThrottleError::Busy(e) => Self::Busy(e),
            ThrottleError::Database(e) => Self::Database(e),
        }
    }
}
