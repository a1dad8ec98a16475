//! Why Entrata did not say what it was asked, and whether to ask again. Holds no code, token or text of the answer.

use crate::server::{clock::Epoch, outbound::OutboundError};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntrataError {
    /// No connection stood and nothing was sent: the same call may be made again.
    Unreachable { slow: bool },
    /// Sent, and not answered in time.
    TooSlow,
    /// 503: not available for the moment.
    Overloaded,
    /// Sent, and answered by a server in trouble: 5xx, or a connection that broke.
    Down(String),
    /// Code 310: a passing trouble of that call.
    Transient,
    /// 429, or the company's allowance is used up; seconds to wait where they are known.
    Limited(Option<Epoch>),
    /// 401: the token is not good any more. A new one comes with the next launch.
    TokenGone,
    /// 401 or 403 from the token call: Entrata refuses our client id or secret, or our address, and not the code.
    ClientRefused(u16),
    /// Code 311: the app may not read this property, though the user may see it.
    NotPermitted,
    /// Code 1403: the company has not enabled the app, or not any more.
    NotEnabled,
    /// The page that was asked for is past the last one.
    PastTheEnd,
    /// Entrata says no, with this code where it gave one.
    Refused(Option<u16>),
    /// The answer is nothing that the reference knows.
    NotUnderstood(&'static str),
}

impl EntrataError {
    /// What a code means, in an error's body or as the HTTP status.
    pub(super) fn of_code(code: Option<u16>) -> Self {
        match code {
            Some(310) => Self::Transient,
            Some(311) => Self::NotPermitted,
            Some(1403) => Self::NotEnabled,
            Some(401) => Self::TokenGone,
            Some(429) => Self::Limited(None),
            Some(503) => Self::Overloaded,
            Some(code @ 500..=599) => Self::Down(format!("code {code}")),
            code => Self::Refused(code),
        }
    }

    /// Whether the same call may do better in a moment. Only reads are ever made again: a write may have been done.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TooSlow | Self::Overloaded | Self::Down(_) => true,
            Self::Transient | Self::Limited(_) => true,
            Self::TokenGone | Self::ClientRefused(_) | Self::NotPermitted | Self::NotEnabled => false,
            Self::PastTheEnd => false,
            Self::Refused(_) | Self::NotUnderstood(_) => false,
        }
    }

    /// Its kind, for counting.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::TooSlow => "too_slow",
            Self::Overloaded | Self::Down(_) => "down",
            Self::Transient => "transient",
            Self::Limited(_) => "limited",
            Self::TokenGone => "token_gone",
            Self::ClientRefused(_) => "client_refused",
            Self::NotPermitted => "not_permitted",
            Self::NotEnabled => "not_enabled",
            Self::PastTheEnd => "past_the_end",
            Self::Refused(_) => "refused",
            Self::NotUnderstood(_) => "not_understood",
        }
    }
}

impl From<OutboundError> for EntrataError {
    fn from(failure: OutboundError) -> Self {
        match failure {
            OutboundError::Unreachable { slow } => Self::Unreachable { slow },
            OutboundError::TooSlow => Self::TooSlow,
            OutboundError::Broken => Self::Down("the connection broke".into()),
            OutboundError::TooLarge => Self::NotUnderstood("the answer is larger than it may be"),
        }
    }
}

impl std::fmt::Display for EntrataError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable { slow: false } => f.write_str("no connection"),
            Self::Unreachable { slow: true } => f.write_str("no connection in time"),
            Self::TooSlow => f.write_str("no answer in time"),
            Self::Overloaded => f.write_str("not available for the moment (503)"),
            Self::Down(why) => write!(f, "in trouble: {why}"),
            Self::Transient => f.write_str("a passing trouble (310)"),
            Self::Limited(None) => f.write_str("too many calls"),
            Self::Limited(Some(seconds)) => write!(f, "too many calls: {seconds} s to wait"),
            Self::TokenGone => f.write_str("the token is not good any more (401)"),
            Self::ClientRefused(code) => write!(f, "Entrata refuses this server ({code})"),
            Self::NotPermitted => f.write_str("the app may not read this property (311)"),
            Self::NotEnabled => f.write_str("the company has not enabled the app (1403)"),
            Self::PastTheEnd => f.write_str("past the last page"),
            Self::Refused(None) => f.write_str("refused"),
            Self::Refused(Some(code)) => write!(f, "refused with code {code}"),
            Self::NotUnderstood(why) => write!(f, "not understood: {why}"),
        }
    }
}
