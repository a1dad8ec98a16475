//! The visit at the request's address, opened by the browser that came. Without one: the login page, telling nothing of the visit.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::MaybeBrowser;
use crate::server::{
    http::{App, error::Error},
    identity::Identity,
    visit::{Browser, Visit},
};

/// The id of a visit, as the address names it; whatever it is.
pub struct VisitId(pub String);

/// A live visit of this browser, however it stands, also where it may not go on: for leaving it.
pub struct OwnVisit(pub Visit);

/// A live visit of this browser, however it stands.
pub struct OpenVisit(pub Visit);

/// A visit that holds an identity and has no account yet.
pub struct HeldVisit {
    pub visit: Visit,
    pub identity: Identity,
    pub browser: Browser,
}

impl FromRequestParts<App> for VisitId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        Path::<String>::from_request_parts(parts, app).await.map(|Path(id)| Self(id)).map_err(|_| Error::NotFound)
    }
}

impl FromRequestParts<App> for OwnVisit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let VisitId(id) = VisitId::from_request_parts(parts, app).await?;
        let Ok(MaybeBrowser(browser)) = MaybeBrowser::from_request_parts(parts, app).await;
        Ok(Self(app.visits.open(&id, browser.as_ref()).await?))
    }
}

impl FromRequestParts<App> for OpenVisit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let OwnVisit(visit) = OwnVisit::from_request_parts(parts, app).await?;
        visit.may_act().map_err(Error::Shut)?;
        Ok(Self(visit))
    }
}

impl FromRequestParts<App> for HeldVisit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let OpenVisit(visit) = OpenVisit::from_request_parts(parts, app).await?;
        let Ok(MaybeBrowser(browser)) = MaybeBrowser::from_request_parts(parts, app).await;
        match (&visit.account, visit.identity.clone(), browser) {
            (None, Some(identity), Some(browser)) => Ok(Self { visit, identity, browser }),
            _ => Err(Error::NotPending),
        }
    }
}
