//! The visit at the request's address, opened by the browser that came. Without one: the login page, telling nothing of the visit.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::MaybeBrowser;
use crate::server::{
    http::{App, error::Error},
    identity::Identity,
    visit::Visit,
};

/// A live visit of this browser, however it stands.
pub struct OpenVisit(pub Visit);

/// A visit that holds an identity and has no account yet.
pub struct HeldVisit {
    pub visit: Visit,
    pub identity: Identity,
}

impl FromRequestParts<App> for OpenVisit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Path(id) = Path::<String>::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let Ok(MaybeBrowser(browser)) = MaybeBrowser::from_request_parts(parts, app).await;
        Ok(Self(app.visits.open(&id, browser.as_ref()).await?))
    }
}

impl FromRequestParts<App> for HeldVisit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let OpenVisit(visit) = OpenVisit::from_request_parts(parts, app).await?;
        match (&visit.account, visit.identity.clone()) {
            (None, Some(identity)) => Ok(Self { visit, identity }),
            _ => Err(Error::NotPending),
        }
    }
}
