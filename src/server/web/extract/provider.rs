//! Latchkey as Syncaroo's provider, and the grant of a request from Syncaroo's server.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use crate::server::{
    provider::{Provider, StoredGrant},
    web::{App, error::Error, script},
};

/// The provider. Without its settings its addresses don't exist.
pub struct ProviderOn(pub Provider);

impl FromRequestParts<App> for ProviderOn {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Error> {
        app.provider.clone().map(Self).ok_or(Error::NotFound)
    }
}

/// The grant of the request's access token; none if it has no valid one.
pub struct MaybeGrant(pub Option<StoredGrant>);

impl FromRequestParts<App> for MaybeGrant {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let ProviderOn(provider) = ProviderOn::from_request_parts(parts, app).await?;
        // Proxies and servers differ in which of several headers they read.
        if parts.headers.get_all(header::AUTHORIZATION).iter().count() > 1 {
            return Ok(Self(None));
        }
        let Some(token) = script::bearer(&parts.headers).filter(|token| !token.is_empty()) else {
            return Ok(Self(None));
        };
        Ok(Self(provider.present(token).await?))
    }
}
