//! The session's cookie and, with `NEW_BROWSER=ask`, the browser's, with every attribute that the contract names. Each is sent only
//! when its value changes, and removed with the same attributes, because browsers keep a partitioned cookie that is removed without.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use cookie::{Cookie as Crumb, SameSite, time::Duration};
use secrecy::{ExposeSecret, SecretString};
use tower_sessions::session::Id;

use crate::server::{
    visit::{BrowserKey, Cookie, KNOWN_BROWSER_LIFETIME, RenewedCredential},
    web::script::SetBearer,
};

const NAME: &str = "__Host-Http-sid";
const MAX_AGE: Duration = Duration::seconds(604_800);
const BROWSER: &str = "__Host-Http-browser";
/// Different values of the name that are looked at; browsers send one or two.
const MOST: usize = 8;

/// Every well-formed id that came under the name, in the order they came: a browser may hold several (partitioned and not, tossed).
pub fn session_ids(headers: &HeaderMap) -> Vec<Id> {
    let mut ids: Vec<Id> = Vec::new();
    for id in values(headers, NAME).filter_map(|id| id.parse().ok()) {
        if ids.len() < MOST && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// What the browser is known by, if it is.
pub fn browser_key(headers: &HeaderMap) -> Option<BrowserKey> {
    values(headers, BROWSER).find(|value| value.len() == 43).map(BrowserKey::of)
}

fn values<'a>(headers: &'a HeaderMap, name: &'static str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        // Pair by pair: what another site's part of the header holds is no reason to overlook ours.
        .flat_map(|value| value.as_bytes().split(|b| *b == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(move |pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Whether a request carries any cookie at all.
pub fn any(headers: &HeaderMap) -> bool {
    headers.contains_key(header::COOKIE)
}

/// What an answer does to the browser's cookie.
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
            Self::To(cookie) => set(parts, NAME, cookie.expose(), MAX_AGE),
            Self::Removed => set(parts, NAME, "", Duration::ZERO),
            Self::Unchanged => parts,
        })
    }
}

/// What the browser carries from now on, as it carried it before.
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

/// What the browser is known by from now on, where that changed.
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

fn set(mut parts: ResponseParts, name: &'static str, value: &str, age: Duration) -> ResponseParts {
    let crumb = Crumb::build((name, value))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::None)
        .partitioned(true)
        .max_age(age)
        .build();
    if let Ok(mut value) = HeaderValue::try_from(crumb.to_string()) {
        value.set_sensitive(true);
        parts.headers_mut().append(header::SET_COOKIE, value);
    }
    parts
}
