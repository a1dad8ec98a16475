//! The odd body of the OAuth calls: a form with one unnamed field, `=` and the percent-encoded inner form. Web API
//! binds a plain string from a form body in this way.

use axum::http::{HeaderMap, header};

use super::error::ApiError;

/// The fields of the inner form.
pub(crate) struct InnerForm(String);

impl InnerForm {
    /// # Errors
    /// When the media type is not a form's, or the body is not a single unnamed field.
    pub(crate) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, ApiError> {
        let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let is_form = media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let mut fields = form_urlencoded::parse(body);
        match (is_form, fields.next(), fields.next()) {
            (true, Some((name, value)), None) if name.is_empty() => Ok(Self(value.into_owned())),
            _ => Err(ApiError::body()),
        }
    }

    /// Returns the first field with this name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.split('&').filter_map(|field| field.split_once('='));
        fields.find(|(field, _)| *field == name).map(|(_, value)| value)
    }
}
