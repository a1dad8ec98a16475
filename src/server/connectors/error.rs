//! Why a call to an outside system failed, and whether to try again. Holds no code, token or text of an answer.

use crate::server::{clock::Epoch, metrics::ErrorKind, outbound::OutboundError};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorError {
    /// There was no connection, so nothing was sent: even a call that must not be repeated may be made again.
    /// `slow`: the attempt to connect timed out.
    #[error("no connection{}", if *.slow { " in time" } else { "" })]
    Unreachable { slow: bool },
    /// Sent, and not answered in time.
    #[error("no answer in time")]
    TooSlow,
    #[error("temporarily unavailable (503)")]
    Overloaded,
    /// Sent, but the server failed (5xx) or the connection broke.
    #[error("the server failed: {0}")]
    Down(String),
    /// The system says that this call failed and may succeed when repeated.
    #[error("a temporary error")]
    Transient,
    /// 429, or the rate limit is used up. Seconds to wait, if known.
    #[error("rate limit reached{}", .0.map(|seconds| format!(": wait {seconds} s")).unwrap_or_default())]
    Limited(Option<Epoch>),
    /// The access token was rejected. Where it can be renewed, that is the next step; else the user has to authorize
    /// again. At Entrata, a launch does.
    #[error("the token was rejected")]
    TokenRejected,
    /// The system says that the user's grant is gone or that what the user typed is wrong: code spent, refresh token
    /// revoked, password or keys refused. The user has to authorize again.
    #[error("the grant is gone")]
    GrantGone,
    /// 401 or 403 for a token request: the system rejects our client id, secret or address, not the user's code.
    #[error("the system rejects this server ({0})")]
    ClientRefused(u16),
    /// The app may not read this place, although the user may.
    #[error("the app has no access to this place")]
    NotPermitted,
    /// The company has not enabled the app, or has disabled it.
    #[error("the company has not enabled the app")]
    NotEnabled,
    #[error("there is no such page")]
    PastTheEnd,
    /// Refused, with the code that the system gave, if any.
    #[error("refused{}", .0.map(|code| format!(" with code {code}")).unwrap_or_default())]
    Refused(Option<u16>),
    /// The answer has a form that we don't know.
    #[error("not understood: {0}")]
    NotUnderstood(&'static str),
}

impl ConnectorError {
    /// Whether the same call may succeed when repeated. Only reads may be repeated: a write may have been done.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TooSlow | Self::Overloaded | Self::Down(_) => true,
            Self::Transient | Self::Limited(_) => true,
            Self::TokenRejected | Self::GrantGone | Self::ClientRefused(_) => false,
            Self::NotPermitted | Self::NotEnabled => false,
            Self::PastTheEnd | Self::Refused(_) | Self::NotUnderstood(_) => false,
        }
    }

    /// Seconds to wait before the call is repeated, if the system said so.
    pub fn retry_after(&self) -> Option<Epoch> {
        match self {
            Self::Limited(seconds) => *seconds,
            _ => None,
        }
    }

    /// Its kind, for metrics.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Unreachable { .. } => ErrorKind::Unreachable,
            Self::TooSlow => ErrorKind::TooSlow,
            Self::Overloaded | Self::Down(_) => ErrorKind::Down,
            Self::Transient => ErrorKind::Transient,
            Self::Limited(_) => ErrorKind::Limited,
            Self::TokenRejected => ErrorKind::TokenRejected,
            Self::GrantGone => ErrorKind::GrantGone,
            Self::ClientRefused(_) => ErrorKind::ClientRefused,
            Self::NotPermitted => ErrorKind::NotPermitted,
            Self::NotEnabled => ErrorKind::NotEnabled,
            Self::PastTheEnd => ErrorKind::PastTheEnd,
            Self::Refused(_) => ErrorKind::Refused,
            Self::NotUnderstood(_) => ErrorKind::NotUnderstood,
        }
    }
}

impl From<OutboundError> for ConnectorError {
    fn from(error: OutboundError) -> Self {
        match error {
            OutboundError::Unreachable { slow } => Self::Unreachable { slow },
            OutboundError::TooSlow => Self::TooSlow,
            OutboundError::Broken => Self::Down("the connection broke".into()),
            OutboundError::TooLarge => Self::NotUnderstood("the answer exceeds the size limit"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_how_long_to_wait_if_the_system_said_so() {
        assert_eq!(ConnectorError::Limited(Some(7)).retry_after(), Some(7));
        assert_eq!(ConnectorError::Limited(Some(7)).to_string(), "rate limit reached: wait 7 s");
        assert_eq!(ConnectorError::Limited(None).retry_after(), None);
        assert_eq!(ConnectorError::Unreachable { slow: true }.to_string(), "no connection in time");
        assert!(
            ConnectorError::Unreachable { slow: false }.is_transient() && !ConnectorError::NotEnabled.is_transient()
        );
    }
}
