//! Why a list could not be read, in the words that a page needs.

use crate::server::{clock::Epoch, connectors::entrata::EntrataError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// There is no token that is good: the next launch brings one.
    OpenAgain,
    /// The app may not read this property.
    NotPermitted,
    /// The app may not read which properties the company has.
    ListNotPermitted,
    /// The company has not enabled the app.
    NotEnabled,
    /// Entrata is not there, or in trouble.
    Down,
    TooSlow,
    /// The company's allowance is used up; seconds until it is full again, where they are known.
    Limited(Option<Epoch>),
    /// Entrata answered something that is no answer to what it was asked.
    NotUnderstood,
    /// Too many lists are being read for this identity already.
    Busy,
    /// We failed ourselves; the log says how.
    Failed,
}

impl ReadError {
    /// What a fault means for a list; `property` is whose it is, empty for the list of properties itself.
    pub(super) fn of(error: &EntrataError, property: &str) -> Self {
        match error {
            EntrataError::Unreachable { .. }
            | EntrataError::Overloaded
            | EntrataError::Down(_)
            | EntrataError::Transient => Self::Down,
            EntrataError::TooSlow => Self::TooSlow,
            EntrataError::Limited(seconds) => Self::Limited(*seconds),
            EntrataError::TokenGone => Self::OpenAgain,
            EntrataError::NotPermitted | EntrataError::Refused(Some(403)) if property.is_empty() => {
                Self::ListNotPermitted
            }
            EntrataError::NotPermitted | EntrataError::Refused(Some(403)) => Self::NotPermitted,
            EntrataError::NotEnabled => Self::NotEnabled,
            // A web service refuses with other faults; this one is the token call's.
            EntrataError::ClientRefused(_) => Self::NotUnderstood,
            EntrataError::PastTheEnd | EntrataError::Refused(_) | EntrataError::NotUnderstood(_) => Self::NotUnderstood,
        }
    }

    /// Whether what was read before may not be shown any more either: the right to it seems to be gone, not Entrata. A 403 does not say whether
    /// a scope was taken away or only our address is not let in, and so counts as the former; what a launch told of properties stays.
    pub fn takes_away(self) -> bool {
        matches!(self, Self::OpenAgain | Self::NotPermitted | Self::ListNotPermitted | Self::NotEnabled)
    }
}
