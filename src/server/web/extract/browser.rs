//! The browser that a request came from: what carries its session, as the session layer found it, and all that it shows of itself.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::server::web::extract::Noted;
use crate::server::{
    visit::{BrowserKey, Carrier, Presented},
    web::{App, cookies},
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

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let Ok(Noted(seen)) = Noted::from_request_parts(parts, app).await;
        Ok(Self(Presented {
            browser: parts.extensions.get::<Carrier>().and_then(Carrier::browser).cloned(),
            key: cookies::browser_key(&parts.headers),
            seen,
        }))
    }
}
