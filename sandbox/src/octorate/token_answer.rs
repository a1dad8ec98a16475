//! The JSON that hands out an access token, in the form that the modes ask for.

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::date;
use super::modes::{ExpiryForm, Modes, TokenName};

/// An access token, and the refresh token if the call hands one out.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    /// Milliseconds since 1970.
    pub(super) expires_at: i64,
}

impl Tokens {
    pub(super) fn answer(&self, modes: &Modes) -> Response {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        if modes.token_name != TokenName::AliasOnly {
            put("access_token", self.access.clone().into());
        }
        if modes.token_name != TokenName::Documented {
            put("accessToken", self.access.clone().into());
        }
        if let Some(refresh) = &self.refresh {
            put("refresh_token", refresh.clone().into());
        }
        if matches!(modes.expiry, ExpiryForm::Seconds | ExpiryForm::Both) {
            put("expires_in", modes.access_life.into());
        }
        match modes.expiry {
            ExpiryForm::Date | ExpiryForm::Both => put("expireDate", date::with_milliseconds(self.expires_at).into()),
            ExpiryForm::DateWithoutMilliseconds => {
                put("expireDate", date::without_milliseconds(self.expires_at).into())
            }
            ExpiryForm::DateWithZone => {
                put("expireDate", format!("{}[UTC]", date::with_milliseconds(self.expires_at)).into())
            }
            ExpiryForm::Seconds | ExpiryForm::Absent => None,
        };
        ([(header::CACHE_CONTROL, "no-store")], Json(Value::Object(body))).into_response()
    }
}
