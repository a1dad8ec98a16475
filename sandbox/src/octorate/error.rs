//! Octorate's error body, `ApiError`. Its `type` is one of the vendor's words, misspellings included.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
    r#type: &'static str,
    message: &'static str,
}

impl ApiError {
    /// The request is made wrongly: a parameter is missing or has a wrong value.
    pub(super) fn params(message: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, r#type: "ApiParamsExemption", message }
    }

    pub(super) fn key_missing() -> Self {
        Self { status: StatusCode::UNAUTHORIZED, r#type: "ApiKeyMissing", message: "errKeyMissing" }
    }

    /// The access token is unknown, expired or revoked.
    pub(super) fn key_invalid() -> Self {
        Self { status: StatusCode::UNAUTHORIZED, r#type: "ApiKeyInvalid", message: "errKeyInvalid" }
    }

    pub(super) fn security(message: &'static str) -> Self {
        Self { status: StatusCode::FORBIDDEN, r#type: "ApiSecurityException", message }
    }

    /// What an ApiLogin token gets for a user's data, as captured from the real service.
    pub(super) fn no_resources() -> Self {
        Self::security("errNoResourcesForIdentity")
    }

    pub(super) fn quota() -> Self {
        Self { status: StatusCode::FORBIDDEN, r#type: "ApiQuotaException", message: "errQuotaExceeded" }
    }

    pub(super) fn missing() -> Self {
        Self { status: StatusCode::NOT_FOUND, r#type: "ApiResourceMissing", message: "errResourceMissing" }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({ "message": self.message, "type": self.r#type, "nested": [] });
        (self.status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
    }
}

pub(super) fn method_not_allowed(allow: &'static str) -> Response {
    let error =
        ApiError { status: StatusCode::METHOD_NOT_ALLOWED, r#type: "MethodNotAllowed", message: "errMethodNotAllowed" };
    let mut response = error.into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}
