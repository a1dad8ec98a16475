//! What keeps something of an account from being changed.

use super::{Busy, Refusal};
use crate::server::{clock::Epoch, storage};

#[derive(Debug)]
pub enum ChangeError {
    /// It is none that is taken.
    Refused(Refusal),
    /// The visit ended, or the password was changed, meanwhile.
    Over,
    /// Too many were tried; nothing was looked at. Seconds until the next one.
    Wait(Epoch),
    Busy,
    Database(storage::Error),
}

impl From<storage::Error> for ChangeError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

impl From<Busy> for ChangeError {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}
