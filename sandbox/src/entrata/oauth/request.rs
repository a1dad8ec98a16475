//! Reads a request to the OAuth URL as strictly as the vendor documents it: POST, JSON, `auth.type` `oauth`.

use serde_json::Value;

use crate::entrata::error::{ApiError, fail};
use crate::entrata::http_request::HttpRequest;
use crate::entrata::method::Method;
use crate::entrata::settings::Settings;

/// Missing parts are null or empty.
pub(super) struct OAuthRequest<'a> {
    pub(super) http: &'a HttpRequest,
    is_object: bool,
    pub(super) auth: Value,
    pub(super) method_name: String,
    params: Value,
}

impl<'a> OAuthRequest<'a> {
    pub(super) fn parse(http: &'a HttpRequest) -> Self {
        let body: Value = serde_json::from_slice(&http.body).unwrap_or_default();
        Self {
            http,
            is_object: body.is_object(),
            auth: body["auth"].clone(),
            method_name: body["method"]["name"].as_str().unwrap_or_default().to_owned(),
            params: body["method"]["params"].clone(),
        }
    }

    pub(super) fn method(&self) -> Option<Method> {
        Method::of_oauth(&self.method_name)
    }

    /// Checks what both methods require.
    pub(super) fn validate(&self) -> Result<(), ApiError> {
        if self.http.verb != "POST" {
            fail(405, "Only POST requests are supported.")
        } else if self.http.media_type() != "application/json" {
            fail(415, "The content type must be application/json.")
        } else if !self.is_object {
            fail(400, "The request is not a JSON object.")
        } else if self.auth["type"] != "oauth" {
            fail(401, "The auth type must be oauth.")
        } else if !self.has_empty_params() {
            fail(400, "The params must be an empty object or list.")
        } else if self.method().is_none() {
            fail(404, "There is no such method.")
        } else {
            Ok(())
        }
    }

    fn has_empty_params(&self) -> bool {
        match &self.params {
            Value::Object(params) => params.is_empty(),
            Value::Array(params) => params.is_empty(),
            _ => false,
        }
    }

    pub(super) fn code(&self) -> Option<&str> {
        self.auth["code"].as_str()
    }

    pub(super) fn has_credentials_of(&self, settings: &Settings) -> bool {
        self.auth["client_id"] == settings.client_id.as_str()
            && self.auth["client_secret"] == settings.client_secret.as_str()
    }
}
