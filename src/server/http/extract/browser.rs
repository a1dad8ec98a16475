//! The browser that a request came from: its session, as the session layer found it, and what it is known by.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::server::{
    http::{App, cookies},
    visit::{Browser, BrowserKey},
};

pub struct MaybeBrowser(pub Option<Browser>);

impl FromRequestParts<App> for MaybeBrowser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Browser>().cloned()))
    }
}

pub struct MaybeKey(pub Option<BrowserKey>);

impl FromRequestParts<App> for MaybeKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(cookies::browser_key(&parts.headers)))
    }
}
