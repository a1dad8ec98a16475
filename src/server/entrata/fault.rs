//! Why Entrata did not say what it was asked. Holds no code, token or text of the answer.

use crate::server::outbound::Failure;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No connection stood and nothing was sent: the same call may be made again.
    Unreachable { slow: bool },
    /// Sent, and not answered in time.
    TooSlow,
    /// Sent, and answered by a server in trouble: 5xx, 429, the transient 310, or a connection that broke.
    Down(String),
    /// Entrata says no, with this code where it gave one.
    Refused(Option<u16>),
    /// The answer is nothing that the reference knows.
    NotUnderstood(&'static str),
}

impl Fault {
    /// What a code in an error's body means: 310, 429 and 5xx are a passing trouble, all else is a no.
    pub(super) fn of_code(code: Option<u16>) -> Self {
        match code {
            Some(code @ (310 | 429 | 500..=599)) => Self::Down(format!("error code {code}")),
            code => Self::Refused(code),
        }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unreachable { slow } => Self::Unreachable { slow },
            Failure::TooSlow => Self::TooSlow,
            Failure::Broken => Self::Down("the connection broke".into()),
            Failure::TooLarge => Self::NotUnderstood("the answer is larger than 256 KiB"),
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable { slow: false } => f.write_str("no connection"),
            Self::Unreachable { slow: true } => f.write_str("no connection in time"),
            Self::TooSlow => f.write_str("no answer in time"),
            Self::Down(why) => write!(f, "in trouble: {why}"),
            Self::Refused(None) => f.write_str("refused"),
            Self::Refused(Some(code)) => write!(f, "refused with code {code}"),
            Self::NotUnderstood(why) => write!(f, "not understood: {why}"),
        }
    }
}
