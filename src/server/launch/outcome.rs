//! The outcome of a launch, and how it is logged, counted and rate-limited. What the browser is shown is in
//! `web/handlers/launch.rs`.

use secrecy::SecretString;

use crate::server::{
    account::AccessDenied,
    clock::Epoch,
    connectors::ConnectorError,
    metrics::Launched,
    refusals::Verdict,
    storage,
    visit::{Cookie, Visit},
};

/// The visit to show, or why there is none.
pub type LaunchOutcome = Result<OpenedVisit, LaunchError>;

/// A visit that a launch opened: pending or linked.
#[derive(Debug)]
pub struct OpenedVisit {
    pub visit: Box<Visit>,
    /// The browser's new cookie, unless the one it has opens the visit.
    pub cookie: Option<Cookie>,
    /// The ticket of its first page. Only a new visit has one, not a code launched again.
    pub ticket: Option<SecretString>,
}

/// Why a launch opened no visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LaunchError {
    /// The query means a launch but has no usable code; what is wrong with it.
    #[error("malformed")]
    Malformed(&'static str),
    /// The browser opened the launch outside a frame (threat T1).
    #[error("not framed")]
    NotFramed,
    /// Entrata refused the code.
    #[error("refused")]
    Refused,
    /// Entrata refused this server (its client id, secret or address), whatever the code.
    #[error("client refused")]
    ClientRefused,
    /// The code was launched before, in another browser or too long ago.
    #[error("spent")]
    Spent,
    /// The account or the company may not use the app.
    #[error("disabled")]
    AccessDenied(AccessDenied),
    /// Entrata did not answer, or its answer could not be understood. `free`: the code was not sent and may be used
    /// again.
    #[error("unavailable")]
    Unavailable { free: bool, slow: bool },
    /// Storage takes no writes. `free`: the code was not sent and may be used again.
    #[error("no room")]
    StorageUnavailable { free: bool },
    /// Too many launches of the same browser or address were refused. The code was not sent. Seconds to wait.
    #[error("too many")]
    TooMany { seconds: Epoch },
    /// An internal error; details are in the log.
    #[error("failed")]
    Failed,
}

impl From<storage::Error> for LaunchError {
    fn from(error: storage::Error) -> Self {
        tracing::error!(%error, "storage failed a launch");
        if error.is_transient() { Self::StorageUnavailable { free: false } } else { Self::Failed }
    }
}

impl From<ConnectorError> for LaunchError {
    fn from(error: ConnectorError) -> Self {
        match error {
            ConnectorError::Unreachable { slow } => Self::Unavailable { free: true, slow },
            ConnectorError::TooSlow => Self::Unavailable { free: false, slow: true },
            ConnectorError::Overloaded
            | ConnectorError::Down(_)
            | ConnectorError::Transient
            | ConnectorError::Limited(_)
            | ConnectorError::NotUnderstood(_) => Self::Unavailable { free: false, slow: false },
            ConnectorError::ClientRefused(_) => Self::ClientRefused,
            ConnectorError::TokenRejected
            | ConnectorError::GrantGone
            | ConnectorError::NotPermitted
            | ConnectorError::NotEnabled
            | ConnectorError::PastTheEnd
            | ConnectorError::Refused(_) => Self::Refused,
        }
    }
}

/// Writes the log line of a launch.
pub(super) fn log(outcome: &LaunchOutcome) {
    match outcome {
        Ok(OpenedVisit { visit, .. }) => {
            let state = if visit.account().is_some() { "linked" } else { "pending" };
            let company = visit.identity().map(|identity| identity.subdomain.as_str());
            tracing::info!(outcome = state, visit = visit.id.as_str(), company, "launch");
        }
        Err(error) => match error {
            LaunchError::Malformed(reason) => tracing::info!(outcome = %error, reason, "launch"),
            LaunchError::AccessDenied(denied) => tracing::info!(outcome = %error, reason = %denied, "launch"),
            LaunchError::Unavailable { free, slow } => tracing::info!(outcome = %error, free, slow, "launch"),
            LaunchError::StorageUnavailable { free } => tracing::info!(outcome = %error, free, "launch"),
            LaunchError::TooMany { seconds } => tracing::info!(outcome = %error, seconds, "launch"),
            LaunchError::NotFramed
            | LaunchError::Refused
            | LaunchError::ClientRefused
            | LaunchError::Spent
            | LaunchError::Failed => tracing::info!(outcome = %error, "launch"),
        },
    }
}

/// The metric label of a launch.
pub(super) fn label(outcome: &LaunchOutcome) -> Launched {
    match outcome {
        Ok(OpenedVisit { ticket: None, .. }) => Launched::Again,
        Ok(OpenedVisit { visit, .. }) if visit.account().is_some() => Launched::Linked,
        Ok(_) => Launched::Pending,
        Err(LaunchError::Malformed(_)) => Launched::Malformed,
        Err(LaunchError::NotFramed) => Launched::NotFramed,
        Err(LaunchError::Refused) => Launched::Refused,
        Err(LaunchError::ClientRefused) => Launched::ClientRefused,
        Err(LaunchError::Spent) => Launched::Spent,
        Err(LaunchError::AccessDenied(_)) => Launched::AccessDenied,
        Err(LaunchError::Unavailable { .. }) => Launched::Unavailable,
        Err(LaunchError::StorageUnavailable { .. }) => Launched::StorageUnavailable,
        Err(LaunchError::TooMany { .. }) => Launched::TooMany,
        Err(LaunchError::Failed) => Launched::Failed,
    }
}

/// How a launch counts for the limit of refused launches. Only a new visit proves that Entrata accepted the code just
/// now.
pub(super) fn verdict(outcome: &LaunchOutcome) -> Verdict {
    match outcome {
        Err(LaunchError::Refused) => Verdict::Refused,
        Ok(OpenedVisit { ticket: Some(_), .. }) => Verdict::Accepted,
        _ => Verdict::Unknown,
    }
}
