//! The edge's error for each error of the domain. Variants that a form shows are mapped too, for handlers without one.

use axum::http::StatusCode;

use super::Error;
use crate::server::{
    account::{Busy, RegisterError, SignInError},
    account_management::{ChangeError, DeleteError},
    connection::ConnectError,
    connectors::ConnectorError,
    pages::ConnectFailure,
    provider::ConsentError,
    records::AccessLost,
    storage,
    visit::{ConfirmError, NewTabError, OpenError, UnlinkError, VisitSignInError},
    web::limits::BUSY_RETRY_AFTER,
};

impl From<storage::Error> for Error {
    /// Logs the error. Everything else in this file is silent.
    fn from(e: storage::Error) -> Self {
        tracing::error!(error = %e, "the database failed a request");
        if e.is_transient() { Self::StorageUnavailable } else { Self::Internal }
    }
}

impl From<Busy> for Error {
    fn from(Busy: Busy) -> Self {
        Self::Busy { seconds: BUSY_RETRY_AFTER }
    }
}

fn connect(failure: ConnectFailure, status: StatusCode) -> Error {
    Error::Connect { failure, status }
}

/// The status of an answer that depends on another system's.
pub fn upstream_status(error: &ConnectorError) -> StatusCode {
    match error {
        ConnectorError::TooSlow | ConnectorError::Unreachable { slow: true } => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::BAD_GATEWAY,
    }
}

/// Implements `From` for enums of the domain. Each has a variant `Database`, which is not listed.
macro_rules! from_domain {
    ($($domain:ident { $($variant:pat => $error:expr,)* })*) => {$(
        impl From<$domain> for Error {
            fn from(e: $domain) -> Self {
                match e {
                    $($variant => $error,)*
                    $domain::Database(e) => e.into(),
                }
            }
        }
    )*};
}

from_domain! {
    OpenError {
        OpenError::NotYours => Self::NeedsSession,
        OpenError::Over { company } => Self::VisitEnded { company },
        OpenError::AccessDenied(denied) => Self::AccessDenied(denied),
    }
    NewTabError {
        NewTabError::NoTicket => Self::NewTabTicket,
        NewTabError::TooManyOpen => Self::TooManyTabs,
    }
    VisitSignInError {
        VisitSignInError::NotPending => Self::NeedsSession,
    }
    ConfirmError {
        ConfirmError::NotPending => Self::NotPending,
        ConfirmError::AccessDenied(denied) => Self::AccessDenied(denied),
    }
    ConsentError {
        ConsentError::NotPending => Self::NotPending,
        ConsentError::TooMany => Self::TooManyGrants,
    }
    UnlinkError {
        UnlinkError::NotLinked => Self::NotFound,
        UnlinkError::LastIdentity => Self::BadForm(StatusCode::UNPROCESSABLE_ENTITY),
        UnlinkError::VisitEnded => Self::NeedsSession,
    }
    SignInError {
        SignInError::Wrong => Self::NeedsSession,
        SignInError::Wait(seconds) => Self::TooMany { seconds },
        SignInError::AccessDenied(denied) => Self::AccessDenied(denied),
        SignInError::Busy(e) => e.into(),
    }
    ChangeError {
        ChangeError::Refused(_) => Self::BadForm(StatusCode::UNPROCESSABLE_ENTITY),
        ChangeError::Over => Self::NeedsSession,
        ChangeError::Wait(seconds) => Self::TooMany { seconds },
        ChangeError::Busy(e) => e.into(),
    }
    DeleteError {
        DeleteError::Over => Self::NeedsSession,
    }
    RegisterError {
        RegisterError::Refused(_) => Self::BadForm(StatusCode::UNPROCESSABLE_ENTITY),
        RegisterError::TooMany => Self::TooManyRegistrations,
        RegisterError::Busy(e) => e.into(),
    }
    ConnectError {
        ConnectError::NotConfigured | ConnectError::NotFound => Self::NotFound,
        ConnectError::Invalid(_) => Self::BadForm(StatusCode::UNPROCESSABLE_ENTITY),
        ConnectError::TooMany => connect(ConnectFailure::TooMany, StatusCode::CONFLICT),
        ConnectError::NoTicket => connect(ConnectFailure::Ticket, StatusCode::CONFLICT),
        ConnectError::NoState => connect(ConnectFailure::State, StatusCode::BAD_REQUEST),
        ConnectError::Declined => connect(ConnectFailure::Declined, StatusCode::BAD_REQUEST),
        ConnectError::VisitEnded => Self::NeedsSession,
        ConnectError::Refused => connect(ConnectFailure::Refused, StatusCode::BAD_GATEWAY),
        ConnectError::System(e) => connect(ConnectFailure::Unreachable, upstream_status(&e)),
    }
    AccessLost {
        AccessLost::Ended => Self::NeedsSession,
        AccessLost::NotPermitted => Self::NotFound,
    }
}
