//! The fields of a posted form: `application/x-www-form-urlencoded` only, with a limit on its size and time. Missing
//! and repeated fields are not errors here; handlers show errors next to the field.

use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use secrecy::SecretString;

use crate::server::web::{App, error::Error, limits::FORM_TIMEOUT};

pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Accepts any bytes; invalid UTF-8 becomes U+FFFD.
    pub fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Returns the value of a field that occurs exactly once.
    pub fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }

    /// Returns a field's text; empty unless the field occurs exactly once.
    pub fn text(&self, name: &str) -> String {
        self.one(name).unwrap_or_default().to_owned()
    }

    pub fn secret(&self, name: &str) -> SecretString {
        self.one(name).unwrap_or_default().into()
    }
}

impl FromRequest<App> for Fields {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        // A form without fields may have neither a body nor a content type.
        let is_empty = media_type.is_empty() && request.body().is_end_stream();
        if !is_empty && !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Error::BadForm(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let body = tokio::time::timeout(FORM_TIMEOUT, Bytes::from_request(request, app)).await;
        let body = body.map_err(|_| Error::BadForm(StatusCode::REQUEST_TIMEOUT))?;
        let body = body.map_err(|e| Error::BadForm(e.status()))?;
        Ok(Self::parse(&body))
    }
}
