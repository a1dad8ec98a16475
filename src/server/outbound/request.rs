//! A request to another system: method, address, headers and body, written so that secrets leave no copies behind.

use std::fmt;

use hyper::body::Bytes;
use reqwest::{
    Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::Url;
use zeroize::Zeroizing;

use super::OutboundError;

/// A request that [`Outbound::send`](super::Outbound::send) takes.
pub struct Request<'a> {
    pub(super) method: Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Shows method and address without query: query, headers and body may hold secrets.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = format!("{}{}", self.url.origin().ascii_serialization(), self.url.path());
        f.debug_struct("Request").field("method", &self.method).field("address", &address).finish_non_exhaustive()
    }
}

impl<'a> Request<'a> {
    pub fn url(&self) -> &'a Url {
        self.url
    }

    /// A GET without a body.
    pub fn get(url: &'a Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A POST with a body of this media type.
    pub fn post(url: &'a Url, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let request = Self { method: Method::POST, body: body.into(), ..Self::get(url) };
        request.header(CONTENT_TYPE, content_type)
    }

    /// A POST with a JSON body.
    pub fn post_json(url: &'a Url, body: &Value) -> Self {
        Self::post(url, "application/json", body.to_string())
    }

    /// A POST with an XML body.
    pub fn post_xml(url: &'a Url, body: impl Into<Bytes>) -> Self {
        Self::post(url, "application/xml", body)
    }

    /// A POST of form fields, in their order. Fields may be secrets: the body is zeroized after it was sent.
    pub fn post_form(url: &'a Url, fields: &[(&str, &str)]) -> Self {
        // Form encoding writes one byte as three at most. The buffer never grows, which would leave a copy behind.
        let longest = fields.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
        let mut form = form_urlencoded::Serializer::new(String::with_capacity(longest));
        let body = Zeroizing::new(form.extend_pairs(fields).finish().into_bytes());
        Self::post(url, "application/x-www-form-urlencoded", Bytes::from_owner(body))
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    /// Asks for an answer of this media type.
    #[must_use]
    pub fn accept(self, media_type: &'static str) -> Self {
        self.header(ACCEPT, media_type)
    }

    /// Adds `Authorization: Bearer …`.
    ///
    /// # Errors
    /// When the token holds characters that a header can't.
    pub fn bearer(self, token: &SecretString) -> Result<Self, OutboundError> {
        self.authorization(Zeroizing::new(format!("Bearer {}", token.expose_secret())))
    }

    /// Adds an `Authorization` header with this whole value, such as `OAUTH oauth_token="…", api_key="…"`.
    ///
    /// # Errors
    /// When the value holds characters that a header can't.
    pub fn authorization(mut self, mut value: Zeroizing<String>) -> Result<Self, OutboundError> {
        let bytes = Zeroizing::new(std::mem::take(&mut *value).into_bytes());
        let value = HeaderValue::from_maybe_shared(Bytes::from_owner(bytes));
        let mut value = value.map_err(|_| OutboundError::Broken)?;
        value.set_sensitive(true);
        self.headers.insert(AUTHORIZATION, value);
        Ok(self)
    }
}
