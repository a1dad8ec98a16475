//! Reads requests: their scheme and their parameters.

use axum::http::{HeaderMap, header};
use form_urlencoded::parse;

/// Whether a request counts as plain HTTP. The first scheme of `X-Forwarded-Proto` is the one that the client used.
pub(crate) fn is_plain_http(headers: &HeaderMap, require_https: bool) -> bool {
    let forwarded = headers.get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    match forwarded.and_then(|schemes| schemes.split(',').next()).map(str::trim) {
        Some(scheme) => !scheme.eq_ignore_ascii_case("https"),
        None => require_https,
    }
}

/// The decoded parameters of a query or a form body.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn of_query(query: &str) -> Self {
        Self(parse(query.as_bytes()).into_owned().collect())
    }

    /// A body of any other media type has no parameters.
    pub(crate) fn of_form(headers: &HeaderMap, body: &[u8]) -> Self {
        let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let is_form = media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        Self(if is_form { parse(body).into_owned().collect() } else { Vec::new() })
    }

    /// Returns a parameter's first value, or an empty text.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }
}
