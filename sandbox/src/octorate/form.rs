//! The fields of a request's form or query.

use axum::http::{HeaderMap, header};

use super::error::ApiError;

#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a posted form.
    ///
    /// # Errors
    /// When the body has another media type, such as JSON.
    pub(super) fn posted(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError> {
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(ApiError::params("errFormExpected"));
        }
        Ok(Self::parse(body))
    }

    pub(super) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// Returns a field that occurs once and is not empty.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
        values.next().filter(|value| !value.is_empty() && values.next().is_none())
    }

    /// Returns a field without which the request is made wrongly.
    pub(super) fn required(&self, name: &str) -> Result<&str, ApiError> {
        self.one(name).ok_or(ApiError::params("errMissingParameter"))
    }

    /// Returns a number, or `default` if the field is absent.
    pub(super) fn number(&self, name: &str, default: u64) -> Option<u64> {
        self.0.iter().find(|(other, _)| other == name).map_or(Some(default), |(_, value)| value.parse().ok())
    }
}
