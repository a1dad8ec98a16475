//! The session cookie, with `NEW_BROWSER=ask` the browser cookie, and the connect cookie, with all their attributes.
//! The first two are sent only when their value changes. A cookie is removed with the same attributes: browsers keep a
//! partitioned cookie that is removed without them.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use cookie::{Cookie as HttpCookie, CookieBuilder, SameSite, time::Duration};
use secrecy::{ExposeSecret, SecretString};
use tower_sessions::session::Id;

use crate::server::{
    visit::{BrowserKey, Cookie, KNOWN_BROWSER_LIFETIME, RenewedCredential},
    web::{
        limits::{CONNECT_COOKIE_AGE, SESSION_COOKIE_AGE, SESSION_COOKIES},
        script::SetBearer,
    },
};

const SESSION: &str = "__Host-Http-sid";
const BROWSER: &str = "__Host-Http-browser";
const CONNECT: &str = "__Host-Http-connect";
/// Characters of the connect cookie's value: 256 bits.
const CONNECT_CHARS: usize = 43;

/// Returns the well-formed session ids of a request, in its order. A browser may send several: partitioned and not, or
/// planted by another site.
pub fn session_ids(headers: &HeaderMap) -> Vec<Id> {
    let mut ids: Vec<Id> = Vec::new();
    for id in values(headers, SESSION).filter_map(|id| id.parse().ok()) {
        if ids.len() < SESSION_COOKIES && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// Returns the key by which the browser is known, if it has one.
pub fn browser_key(headers: &HeaderMap) -> Option<BrowserKey> {
    values(headers, BROWSER).find(|value| value.len() == 43).map(BrowserKey::of)
}

/// Returns the key of a consent that this browser began, if it has one.
pub fn connect_key(headers: &HeaderMap) -> Option<SecretString> {
    values(headers, CONNECT).find(|value| value.len() == CONNECT_CHARS).map(SecretString::from)
}

fn values<'a>(headers: &'a HeaderMap, name: &'static str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        // Pair by pair, because another site's cookie in the same header may hold anything.
        .flat_map(|value| value.as_bytes().split(|b| *b == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(move |pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Whether a request has any cookie.
pub fn any(headers: &HeaderMap) -> bool {
    headers.contains_key(header::COOKIE)
}

/// Sets or removes the session cookie in a response.
pub enum SetSession {
    To(Cookie),
    Removed,
    Unchanged,
}

impl From<Option<Cookie>> for SetSession {
    fn from(cookie: Option<Cookie>) -> Self {
        cookie.map_or(Self::Unchanged, Self::To)
    }
}

impl IntoResponseParts for SetSession {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        Ok(match self {
            Self::To(cookie) => set(parts, SESSION, cookie.expose(), SESSION_COOKIE_AGE),
            Self::Removed => set(parts, SESSION, "", Duration::ZERO),
            Self::Unchanged => parts,
        })
    }
}

/// Sends a renewed session credential the way the request sent the old one: as a cookie or as a bearer token.
pub struct SetRenewed(pub RenewedCredential);

impl IntoResponseParts for SetRenewed {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        match self.0 {
            RenewedCredential::Cookie(cookie) => SetSession::To(cookie).into_response_parts(parts),
            RenewedCredential::Bearer(token) => SetBearer(token).into_response_parts(parts),
        }
    }
}

/// Sets the browser cookie to a new key, if there is one.
pub struct SetBrowser(pub Option<SecretString>);

impl IntoResponseParts for SetBrowser {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        Ok(match self.0 {
            Some(key) => set(parts, BROWSER, key.expose_secret(), Duration::seconds(KNOWN_BROWSER_LIFETIME)),
            None => parts,
        })
    }
}

/// Ties a consent page of another system to this browser. It is set and read in a tab of its own, at top level, so it
/// is neither partitioned nor sent to a frame.
pub struct SetConnect(pub SecretString);

impl IntoResponseParts for SetConnect {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let cookie = own(CONNECT, self.0.expose_secret(), CONNECT_COOKIE_AGE).same_site(SameSite::Lax);
        Ok(append(parts, cookie.build()))
    }
}

/// Sets a cookie of the frame.
fn set(parts: ResponseParts, name: &'static str, value: &str, age: Duration) -> ResponseParts {
    append(parts, own(name, value, age).same_site(SameSite::None).partitioned(true).build())
}

/// A cookie with the attributes that all of ours have.
fn own<'c>(name: &'static str, value: &'c str, age: Duration) -> CookieBuilder<'c> {
    HttpCookie::build((name, value)).path("/").secure(true).http_only(true).max_age(age)
}

fn append(mut parts: ResponseParts, cookie: HttpCookie<'_>) -> ResponseParts {
    if let Ok(mut value) = HeaderValue::try_from(cookie.to_string()) {
        value.set_sensitive(true);
        parts.headers_mut().append(header::SET_COOKIE, value);
    }
    parts
}
