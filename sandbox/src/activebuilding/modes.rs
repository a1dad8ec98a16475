//! Where the vendor's page is unclear or contradicts itself. Each mode is one interpretation.

/// The defaults are the sample's answers where there is a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    pub wrong_password: WrongPassword,
    pub error_status: ErrorStatus,
    pub envelope: EnvelopePlace,
    pub nesting: Nesting,
    /// Refuses every request without `X-Forwarded-Proto: https`, as the real system refuses every plain one. Off by
    /// default: the simulator is called over plain HTTP on loopback.
    pub require_https: bool,
}

/// How a wrong password is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WrongPassword {
    /// `invalid_grant`, as in the list of errors.
    #[default]
    InvalidGrant,
    /// `authentication_failure` with "invalid password", as in the sample.
    AuthenticationFailure,
}

/// The HTTP status of all errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorStatus {
    Ok,
    #[default]
    BadRequest,
    Unauthorized,
}

impl ErrorStatus {
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
        }
    }
}

/// Where the failed envelope of an API call is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnvelopePlace {
    /// It is the body.
    #[default]
    TopLevel,
    /// `{"meta": …}`
    Meta,
    /// `{"response": {"meta": …}}`
    ResponseMeta,
}

/// How the lists of communities and packages are nested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nesting {
    /// `[[a, b]]`
    #[default]
    OneInnerList,
    /// `[[a], [b]]`
    ListEach,
    /// `[a, b]`
    Flat,
    /// `a` if there is exactly one, else as [`Nesting::Flat`].
    LoneObject,
    /// There is no list, whatever the user has.
    Missing,
}
