//! The session credential of a request, as the session layer found it, and the browser that sent the request.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::server::{
    visit::{BrowserContext, BrowserKey, SessionCredential},
    web::{App, cookies, extract::Client},
};

/// The session credential, if the request has a valid one.
pub struct MaybeCredential(pub Option<SessionCredential>);

impl FromRequestParts<App> for MaybeCredential {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<SessionCredential>().cloned()))
    }
}

/// The key of a known browser (`NEW_BROWSER=ask`), if the request has one.
pub struct MaybeKey(pub Option<BrowserKey>);

impl FromRequestParts<App> for MaybeKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(cookies::browser_key(&parts.headers)))
    }
}

/// What a new visit records about the browser that started it.
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
