//! Why a list could not be read, in the words that a page needs.

use crate::server::{clock::Epoch, entrata::Fault};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There is no token that is good: the next launch brings one.
    OpenAgain,
    /// The app may not read this property.
    NotPermitted,
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

impl Trouble {
    /// Whether what was read before may not be shown any more either: the right to it seems to be gone, not Entrata.
    pub fn takes_away(self) -> bool {
        matches!(self, Self::OpenAgain | Self::NotPermitted | Self::NotEnabled)
    }
}

impl From<&Fault> for Trouble {
    fn from(fault: &Fault) -> Self {
        match fault {
            Fault::Unreachable { .. } | Fault::Down(_) | Fault::Transient => Self::Down,
            Fault::TooSlow => Self::TooSlow,
            Fault::Limited(seconds) => Self::Limited(*seconds),
            Fault::TokenGone => Self::OpenAgain,
            Fault::NotPermitted | Fault::Refused(Some(403)) => Self::NotPermitted,
            Fault::NotEnabled => Self::NotEnabled,
            Fault::PastTheEnd | Fault::Refused(_) | Fault::NotUnderstood(_) => Self::NotUnderstood,
        }
    }
}
