//! Errors as Entrata writes them: a code and a message.

use std::borrow::Cow;

#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) code: u16,
    pub(crate) message: Cow<'static, str>,
}

impl ApiError {
    pub(crate) const UNKNOWN_CLIENT: Self = Self::new(401, "The client id or secret is wrong.");
    pub(crate) const CODE_EXPIRED: Self = Self::new(400, "The authorization code has expired.");
    pub(crate) const CODE_USED: Self = Self::new(400, "The authorization code has already been used.");
    pub(crate) const NOT_ENABLED: Self = Self::new(1403, "The client has not enabled this app.");
    pub(crate) const NO_PERMISSION: Self = Self::new(311, "App doesn't have permission to the property.");

    pub(crate) const fn new(code: u16, message: &'static str) -> Self {
        Self { code, message: Cow::Borrowed(message) }
    }
}

/// Shorthand for checks.
pub(crate) const fn fail<T>(code: u16, message: &'static str) -> Result<T, ApiError> {
    Err(ApiError::new(code, message))
}
