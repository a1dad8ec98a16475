//! The browser session that a request came with, as the session layer found it.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::server::{http::App, visit::Browser};

pub struct MaybeBrowser(pub Option<Browser>);

impl FromRequestParts<App> for MaybeBrowser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Browser>().cloned()))
    }
}
