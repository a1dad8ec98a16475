//! The one error of the edge, and the one mapping from it to status and page. Handlers, extractors and layers return it
//! without a body. The headers layer renders its page, because only there the nonce and the request id are known.

mod from_domain;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

pub use from_domain::upstream_status;

// The name that `handlers/launch.rs` uses.
pub use crate::server::web::limits::STORAGE_RETRY_AFTER as STORAGE_UNAVAILABLE;
use crate::server::{
    account::AccessDenied,
    pages::{ConnectFailure, Notice, PageError, unavailable::Unavailable},
    web::limits::STORAGE_RETRY_AFTER,
};

#[derive(Debug, Clone)]
pub enum Error {
    /// The page needs a session.
    NeedsSession,
    /// A visit of this browser that has ended, and the company that it acted for.
    VisitEnded {
        company: Option<String>,
    },
    /// The ticket of a new tab is invalid or was used.
    NewTabTicket,
    /// The account has too many open visits for a new tab.
    TooManyTabs,
    NotFound,
    MethodNotAllowed,
    /// The form is invalid. The status says why: 400, 408, 413, 415 or 422.
    BadForm(StatusCode),
    /// Another site made the post.
    CrossSite,
    /// A prefetch of something that can be done only once.
    Prefetch,
    /// The confirmation is late, repeated or another browser's, or the identity was linked meanwhile.
    NotPending,
    AccessDenied(AccessDenied),
    /// Octorate was not connected.
    Connect {
        failure: ConnectFailure,
        status: StatusCode,
    },
    /// The link with which Syncaroo asks for an approval is invalid.
    AuthorizationRequest,
    /// The account approved too many connections.
    TooManyGrants,
    /// Too many accounts were registered from one pending visit.
    TooManyRegistrations,
    /// A queue is full. Seconds until a retry is useful.
    Busy {
        seconds: i64,
    },
    /// The database is unavailable for now.
    StorageUnavailable,
    /// A limit is reached. Seconds until a retry is allowed.
    TooMany {
        seconds: i64,
    },
    /// Our own error in a launch, whose code is spent.
    LaunchFailed,
    /// Our own error, which is in the log.
    Internal,
}

/// The page of an error.
pub enum ErrorPage {
    Login(Notice),
    Unavailable(Unavailable),
    NotFound,
    Error(PageError),
}

impl Error {
    /// Returns the status and the page.
    pub fn answer(&self) -> (StatusCode, ErrorPage) {
        let error = |status, error| (status, ErrorPage::Error(error));
        let unavailable = |status, reason| (status, ErrorPage::Unavailable(reason));
        match self {
            Self::NeedsSession => (StatusCode::UNAUTHORIZED, ErrorPage::Login(Notice::NeedsSession)),
            Self::NotFound => (StatusCode::NOT_FOUND, ErrorPage::NotFound),
            Self::MethodNotAllowed => error(StatusCode::METHOD_NOT_ALLOWED, PageError::BadRequest),
            Self::BadForm(status) => error(*status, PageError::BadRequest),
            Self::CrossSite | Self::Prefetch => error(StatusCode::FORBIDDEN, PageError::CrossSite),
            Self::AccessDenied(denied) => error(StatusCode::FORBIDDEN, access_denied(*denied)),
            Self::NotPending => error(StatusCode::CONFLICT, PageError::NotPending),
            Self::VisitEnded { company } => {
                error(StatusCode::CONFLICT, PageError::VisitEnded { company: company.clone(), typed: Vec::new() })
            }
            Self::NewTabTicket => error(StatusCode::CONFLICT, PageError::NewTabTicket),
            Self::TooManyTabs => error(StatusCode::CONFLICT, PageError::TooManyTabs),
            Self::Connect { failure, status } => error(*status, PageError::Connect(*failure)),
            Self::AuthorizationRequest => error(StatusCode::BAD_REQUEST, PageError::AuthorizationRequest),
            Self::TooManyGrants => error(StatusCode::CONFLICT, PageError::TooManyGrants),
            Self::TooManyRegistrations => error(StatusCode::CONFLICT, PageError::TooManyRegistrations),
            Self::TooMany { .. } => unavailable(StatusCode::TOO_MANY_REQUESTS, Unavailable::Busy),
            Self::Busy { .. } => unavailable(StatusCode::SERVICE_UNAVAILABLE, Unavailable::Busy),
            Self::StorageUnavailable => unavailable(StatusCode::SERVICE_UNAVAILABLE, Unavailable::StorageUnavailable),
            Self::LaunchFailed => error(StatusCode::INTERNAL_SERVER_ERROR, PageError::LaunchFailed),
            Self::Internal => error(StatusCode::INTERNAL_SERVER_ERROR, PageError::Internal),
        }
    }

    /// Returns the seconds for `Retry-After`, if the error has that header.
    fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Busy { seconds } | Self::TooMany { seconds } => Some(*seconds),
            Self::StorageUnavailable => Some(STORAGE_RETRY_AFTER),
            _ => None,
        }
    }
}

fn access_denied(denied: AccessDenied) -> PageError {
    match denied {
        AccessDenied::Account => PageError::AccountDisabled,
        AccessDenied::Company => PageError::CompanyDisabled,
        AccessDenied::Suspended => PageError::CompanySuspended,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, _) = self.answer();
        let mut response = status.into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}
