//! Why a connection was not made or not used. Holds no text of an answer.

use crate::server::{clock::Epoch, connectors::ConnectorError, storage};

/// A field of a connect form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    Username,
    Password,
    ApiKey,
    SecretKey,
    IntegratorId,
}

/// Why a connection was not made, authorized again or removed. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The system is not configured, or connects in another way.
    #[error("the system is not configured")]
    NotConfigured,
    /// A field is empty, too long or has control or direction-changing characters. Nothing was sent.
    #[error("the field {0:?} can't be used")]
    Invalid(Input),
    /// The account has [`super::MAX_PER_ACCOUNT`] connections. Nothing was sent.
    #[error("the account has too many connections")]
    TooMany,
    /// The form's one-time ticket was used, has expired, is invalid, or belongs to another visit.
    #[error("the ticket is not valid")]
    NoTicket,
    /// The state is missing, was altered or used, has expired, or belongs to another browser. No token request was
    /// made.
    #[error("the state is not valid")]
    NoState,
    /// The person did not consent. No token request was made.
    #[error("the person did not consent")]
    Declined,
    /// The visit ended meanwhile, or may no longer act as the account.
    #[error("the visit has ended")]
    VisitEnded,
    /// The account has no such connection, or it is one to another system.
    #[error("there is no such connection")]
    NotFound,
    /// The system rejects the user name and password, the keys, or the code.
    #[error("the system refuses what was entered")]
    Refused,
    /// The system could not be asked, or failed.
    #[error("the system failed: {0}")]
    System(ConnectorError),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

impl From<ConnectorError> for ConnectError {
    fn from(error: ConnectorError) -> Self {
        match error {
            ConnectorError::GrantGone | ConnectorError::TokenRejected => Self::Refused,
            error => Self::System(error),
        }
    }
}

/// Why a connection could not be used.
#[derive(Debug, thiserror::Error)]
pub enum UseError {
    #[error("there is no such connection")]
    NotFound,
    #[error("the system is not configured")]
    NotConfigured,
    #[error("the connection's owner has to authorize it again")]
    NeedsReconnect,
    /// Another call failed a moment ago; the next one is made at this time.
    #[error("failing; the next try is at {0}")]
    Failing(Epoch),
    #[error("the stored secrets can't be opened: an encryption key is missing")]
    Sealed,
    #[error("the system failed: {0}")]
    System(ConnectorError),
    #[error(transparent)]
    Database(#[from] storage::Error),
}
