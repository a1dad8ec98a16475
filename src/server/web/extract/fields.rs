//! The fields of a posted form. At most 16 KiB, within ten seconds, `application/x-www-form-urlencoded` only; what is missing or twice
//! there is for the handler to say beside the field.

use std::time::Duration;

use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use secrecy::SecretString;

use crate::server::web::{App, error::Error};

/// Bytes of a form.
pub const LARGEST: usize = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Anything is a form; bytes that are not UTF-8 become U+FFFD.
    pub fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// The value of a field that is there exactly once.
    pub fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }

    /// A field as text; nothing where it is not there exactly once.
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
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        // A form without fields may come without either; what has a body has to say what it is.
        let empty = media.is_empty() && request.body().is_end_stream();
        if !empty && !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Error::BadForm(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let body = tokio::time::timeout(PATIENCE, Bytes::from_request(request, app)).await;
        let body = body.map_err(|_| Error::BadForm(StatusCode::REQUEST_TIMEOUT))?;
        let body = body.map_err(|e| Error::BadForm(e.status()))?;
        Ok(Self::parse(&body))
    }
}
