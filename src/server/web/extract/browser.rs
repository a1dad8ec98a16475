//! The browser that a request came from: what carries its session, as the session layer found it, and all that it shows of itself.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::server::web::extract::Client;
use crate::server::{
    visit::{BrowserContext, BrowserKey, SessionCredential},
    web::{App, cookies},
};

pub struct MaybeCredential(pub Option<SessionCredential>);

impl FromRequestParts<App> for MaybeCredential {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<SessionCredential>().cloned()))
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
pub struct FromBrowser(pub BrowserContext);

impl FromRequestParts<App> for FromBrowser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let Ok(Client(client)) = Client::from_request_parts(parts, app).await;
        Ok(Self(BrowserContext {
            browser: parts.extensions.get::<SessionCredential>().and_then(SessionCredential::browser).cloned(),
            key: cookies::browser_key(&parts.headers),
            client,
        }))
    }
}
