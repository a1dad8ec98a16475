//! What keeps something of an account from being changed.

use super::{Busy, Refusal};
use crate::server::{clock::Epoch, db};

#[derive(Debug)]
pub enum ChangeError {
    /// It is none that is taken.
    Refused(Refusal),
    /// The visit ended, or the password was changed, meanwhile.
    Over,
    /// Too many were tried; nothing was looked at. Seconds until the next one.
    Wait(Epoch),
    Busy,
    Database(db::Error),
}

impl From<db::Error> for ChangeError {
    fn from(e: db::Error) -> Self {
        Self::Database(e)
    }
}

impl From<Busy> for ChangeError {
    fn from(Busy: Busy) -> Self {
        Self::Busy
    }
}
