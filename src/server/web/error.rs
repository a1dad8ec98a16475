//! The one error of the edge, and the one match from it to status and page. A handler, extractor or layer returns it bare; the
//! headers layer dresses it as a page, because only there the nonce and the request's id are known.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::server::{
    account::{AccessDenied, Busy, ChangeError, DeleteError, RegisterError, SignInError},
    identity::LinkError,
    pages::{Notice, PageError, unavailable::Unavailable},
    storage,
    visit::{NewTabError, OpenError, VisitSignInError},
};

/// Seconds after which room is looked for again.
pub const STORAGE_UNAVAILABLE: i64 = 30;

#[derive(Debug, Clone)]
pub enum Error {
    /// A page that needs a session, without one.
    NeedsSession,
    /// A visit of this browser that is over, and the company that it acted for.
    Over {
        company: Option<String>,
    },
    /// The ticket of a new tab that is used, or none of ours.
    TabTicket,
    /// A new tab, where the account has too many open.
    TooManyTabs,
    NotFound,
    MethodNotAllowed,
    /// A form that is no form, with the status that says why (400, 408, 413, 415).
    BadForm(StatusCode),
    /// A post that another site made.
    CrossSite,
    /// A prefetch of something that is done once.
    Prefetch,
    /// A confirmation that is late, repeated, or another browser's; or the identity was linked meanwhile.
    NotPending,
    AccessDenied(AccessDenied),
    /// One more account than may be registered from one pending visit.
    TooManyRegistrations,
    /// More than can be worked on; seconds after which it may be tried again.
    Busy {
        seconds: i64,
    },
    /// The database takes no writes just now.
    StorageUnavailable,
    /// Too often; seconds after which it may be tried again.
    TooMany {
        seconds: i64,
    },
    /// Our own failure in a launch: its code is spent.
    LaunchFailed,
    /// Our own failure, told to the log already.
    Internal,
}

/// How an error is shown.
pub enum Shown {
    Login(Notice),
    Unavailable(Unavailable),
    NotFound,
    Error(PageError),
}

impl Error {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NeedsSession => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadForm(status) => *status,
            Self::CrossSite | Self::Prefetch | Self::AccessDenied(_) => StatusCode::FORBIDDEN,
            Self::NotPending | Self::Over { .. } | Self::TabTicket | Self::TooManyTabs => StatusCode::CONFLICT,
            Self::TooManyRegistrations => StatusCode::CONFLICT,
            Self::Busy { .. } | Self::StorageUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::LaunchFailed | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub fn shown(&self) -> Shown {
        match self {
            Self::NeedsSession => Shown::Login(Notice::NeedsSession),
            Self::NotFound => Shown::NotFound,
            Self::Busy { .. } | Self::TooMany { .. } => Shown::Unavailable(Unavailable::Busy),
            Self::StorageUnavailable => Shown::Unavailable(Unavailable::StorageUnavailable),
            Self::MethodNotAllowed | Self::BadForm(_) => Shown::Error(PageError::BadRequest),
            Self::CrossSite | Self::Prefetch => Shown::Error(PageError::CrossSite),
            Self::NotPending => Shown::Error(PageError::NotPending),
            Self::TabTicket => Shown::Error(PageError::NewTabTicket),
            Self::TooManyRegistrations => Shown::Error(PageError::TooManyRegistrations),
            Self::TooManyTabs => Shown::Error(PageError::TooManyTabs),
            Self::Over { company } => {
                Shown::Error(PageError::VisitEnded { company: company.clone(), typed: Vec::new() })
            }
            Self::AccessDenied(AccessDenied::Account) => Shown::Error(PageError::AccountDisabled),
            Self::AccessDenied(AccessDenied::Company) => Shown::Error(PageError::CompanyDisabled),
            Self::AccessDenied(AccessDenied::Suspended) => Shown::Error(PageError::CompanySuspended),
            Self::LaunchFailed => Shown::Error(PageError::LaunchFailed),
            Self::Internal => Shown::Error(PageError::Internal),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let wait = match self {
            Self::Busy { seconds } | Self::TooMany { seconds } => Some(seconds),
            Self::StorageUnavailable => Some(STORAGE_UNAVAILABLE),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<storage::Error> for Error {
    fn from(e: storage::Error) -> Self {
        tracing::error!(error = %e, "the database failed a request");
        if e.is_transient() { Self::StorageUnavailable } else { Self::Internal }
    }
}

impl From<Busy> for Error {
    fn from(Busy: Busy) -> Self {
        Self::Busy { seconds: 2 }
    }
}

impl From<OpenError> for Error {
    fn from(e: OpenError) -> Self {
        match e {
            OpenError::NotYours => Self::NeedsSession,
            OpenError::Over { company } => Self::Over { company },
            OpenError::AccessDenied(denied) => Self::AccessDenied(denied),
            OpenError::Database(e) => e.into(),
        }
    }
}

impl From<NewTabError> for Error {
    fn from(e: NewTabError) -> Self {
        match e {
            NewTabError::NoTicket => Self::TabTicket,
            NewTabError::TooManyOpen => Self::TooManyTabs,
            NewTabError::Database(e) => e.into(),
        }
    }
}

impl From<LinkError> for Error {
    fn from(e: LinkError) -> Self {
        match e {
            LinkError::NotPending | LinkError::LinkedMeanwhile => Self::NotPending,
            LinkError::AccessDenied(denied) => Self::AccessDenied(denied),
            LinkError::Database(e) => e.into(),
        }
    }
}

impl From<VisitSignInError> for Error {
    fn from(e: VisitSignInError) -> Self {
        match e {
            VisitSignInError::NotPending => Self::NeedsSession,
            VisitSignInError::Database(e) => e.into(),
        }
    }
}

/// What remains of a sign-in's errors when the wrong password was handled.
impl From<SignInError> for Error {
    fn from(e: SignInError) -> Self {
        match e {
            SignInError::Wrong => Self::NeedsSession,
            SignInError::Wait(seconds) => Self::TooMany { seconds },
            SignInError::AccessDenied(denied) => Self::AccessDenied(denied),
            SignInError::Busy => Busy.into(),
            SignInError::Database(e) => e.into(),
        }
    }
}

/// What remains of the errors of changing an account when a refused one was handled.
impl From<ChangeError> for Error {
    fn from(e: ChangeError) -> Self {
        match e {
            ChangeError::Refused(_) => Self::BadForm(StatusCode::UNPROCESSABLE_ENTITY),
            ChangeError::Over => Self::NeedsSession,
            ChangeError::Wait(seconds) => Self::TooMany { seconds },
            ChangeError::Busy => Busy.into(),
            ChangeError::Database(e) => e.into(),
        }
    }
}

impl From<DeleteError> for Error {
    fn from(e: DeleteError) -> Self {
        match e {
            DeleteError::Over => Self::NeedsSession,
            DeleteError::Database(e) => e.into(),
        }
    }
}

/// What remains of a registration's errors when the refused fields were handled.
impl From<RegisterError> for Error {
    fn from(e: RegisterError) -> Self {
        match e {
            RegisterError::Refused(_) => Self::BadForm(StatusCode::UNPROCESSABLE_ENTITY),
            RegisterError::TooMany => Self::TooManyRegistrations,
            RegisterError::Busy => Busy.into(),
            RegisterError::Database(e) => e.into(),
        }
    }
}
