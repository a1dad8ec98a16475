//! The one cookie, with every attribute that the contract names. It is sent only when the id changes, and removed with the same
//! attributes, because browsers keep a partitioned cookie that is removed without them.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use cookie::{Cookie as Crumb, SameSite, time::Duration};
use tower_sessions::session::Id;

use crate::server::visit::Cookie;

const NAME: &str = "__Host-Http-sid";
const MAX_AGE: Duration = Duration::seconds(604_800);
/// Values of the name that are looked at; browsers send one or two.
const MOST: usize = 8;

/// Every well-formed id that came under the name, in the order they came: a browser may hold several (partitioned and not, tossed).
pub fn session_ids(headers: &HeaderMap) -> Vec<Id> {
    let mut ids: Vec<Id> = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='))
        .filter_map(|id| id.parse().ok())
        .take(MOST)
        .collect();
    ids.dedup();
    ids
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

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let with = |value: String, age: Duration| {
            Crumb::build((NAME, value))
                .path("/")
                .secure(true)
                .http_only(true)
                .same_site(SameSite::None)
                .partitioned(true)
                .max_age(age)
                .build()
        };
        let crumb = match self {
            Self::To(cookie) => with(cookie.expose().to_owned(), MAX_AGE),
            Self::Removed => with(String::new(), Duration::ZERO),
            Self::Unchanged => return Ok(parts),
        };
        if let Ok(mut value) = HeaderValue::try_from(crumb.to_string()) {
            value.set_sensitive(true);
            parts.headers_mut().append(header::SET_COOKIE, value);
        }
        Ok(parts)
    }
}
