//! Why a list could not be read, as a page explains it.

use crate::server::{clock::Epoch, connectors::ConnectorError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no valid token. The next launch provides one.
    #[error("no valid access token: the user has to open the app again")]
    OpenAgain,
    /// The app may not read this place.
    #[error("the app may not read this place")]
    NotPermitted,
    /// The app may not list the company's places.
    #[error("the app may not list the company's places")]
    ListNotPermitted,
    #[error("the company has not enabled the app")]
    NotEnabled,
    /// The source can't be reached, or fails.
    #[error("the source is down")]
    Down,
    #[error("the source did not answer in time")]
    TooSlow,
    /// The source's rate limit is used up. Seconds until it resets, if known.
    #[error("the rate limit is used up")]
    Limited(Option<Epoch>),
    /// The source's answer has a form that we don't know.
    #[error("the answer was not understood")]
    NotUnderstood,
    /// Too many lists are being read for this identity already.
    #[error("too many lists are being read")]
    Busy,
    /// An error of our own, which was logged.
    #[error("an internal error")]
    Failed,
}

impl ReadError {
    /// Returns what an error means for a list. `place`: whose list it is, empty for the list of places itself.
    pub(super) fn of(error: &ConnectorError, place: &str) -> Self {
        match error {
            ConnectorError::Unreachable { .. }
            | ConnectorError::Overloaded
            | ConnectorError::Down(_)
            | ConnectorError::Transient => Self::Down,
            ConnectorError::TooSlow => Self::TooSlow,
            ConnectorError::Limited(seconds) => Self::Limited(*seconds),
            ConnectorError::TokenRejected | ConnectorError::GrantGone => Self::OpenAgain,
            ConnectorError::NotPermitted | ConnectorError::Refused(Some(403)) if place.is_empty() => {
                Self::ListNotPermitted
            }
            ConnectorError::NotPermitted | ConnectorError::Refused(Some(403)) => Self::NotPermitted,
            ConnectorError::NotEnabled => Self::NotEnabled,
            ConnectorError::ClientRefused(_)
            | ConnectorError::PastTheEnd
            | ConnectorError::Refused(_)
            | ConnectorError::NotUnderstood(_) => Self::NotUnderstood,
        }
    }

    /// Whether lists that were read before must not be shown any more either, because the right to read them seems to
    /// have ended. A 403 counts, although it may only mean that our address is blocked. What the launch said about
    /// places is still shown.
    pub fn ends_access(self) -> bool {
        matches!(self, Self::OpenAgain | Self::NotPermitted | Self::ListNotPermitted | Self::NotEnabled)
    }
}
