//! The browser that a request came from: what carries its session, as the session layer found it, and all that it shows of itself.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use crate::server::{
    http::{App, cookies},
    visit::{BrowserKey, Carrier, Presented, browser_name},
};

pub struct MaybeCarrier(pub Option<Carrier>);

impl FromRequestParts<App> for MaybeCarrier {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Carrier>().cloned()))
    }
}

pub struct MaybeKey(pub Option<BrowserKey>);

impl FromRequestParts<App> for MaybeKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(cookies::browser_key(&parts.headers)))
    }
}

/// What a visit begins with.
pub struct Presents(pub Presented);

impl FromRequestParts<App> for Presents {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        Ok(Self(Presented {
            browser: parts.extensions.get::<Carrier>().and_then(Carrier::browser).cloned(),
            key: cookies::browser_key(&parts.headers),
            name: browser_name(agent),
        }))
    }
}
