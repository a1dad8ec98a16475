//! The visit at the request's address, opened by the browser that came. Without one: the login page, telling nothing of the visit.

use crate::server::urls::visit_of;
use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use crate::server::web::extract::{Framing, MaybeCredential};
use crate::server::{
    account::Account,
    identity::Identity,
    visit::{SessionCredential, Visit},
    web::{App, error::Error},
};

/// The id of a visit, as the address names it: of the form that ours have, since pages and scripts hold it.
pub struct VisitId(pub String);

/// The address may name more than the visit.
#[derive(serde::Deserialize)]
struct Named {
    visit: String,
}

/// A live visit of this browser, however it stands, also where it may not go on: for leaving it.
pub struct OwnVisit(pub Visit);

/// A live visit of this browser, however it stands.
pub struct OpenVisit(pub Visit);

/// A visit that holds an identity and has no account yet.
pub struct PendingVisit {
    pub visit: Visit,
    pub identity: Identity,
    pub credential: SessionCredential,
}

/// A visit that acts as an account.
pub struct LinkedVisit {
    pub visit: Visit,
    pub account: Account,
}

/// 128 bits as `rng.rs` writes them.
fn is_id(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl VisitId {
    /// The one that a path is below, or is, whosever it may be.
    pub fn of_path(path: &str) -> Option<&str> {
        let named = visit_of(path);
        named.filter(|id| is_id(id))
    }
}

impl FromRequestParts<App> for VisitId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let path = Path::<Named>::from_request_parts(parts, app).await;
        let Path(Named { visit }) = path.map_err(|_| Error::NotFound)?;
        if is_id(&visit) { Ok(Self(visit)) } else { Err(Error::NeedsSession) }
    }
}

impl FromRequestParts<App> for OwnVisit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let VisitId(id) = VisitId::from_request_parts(parts, app).await?;
        let Ok(MaybeCredential(credential)) = MaybeCredential::from_request_parts(parts, app).await;
        let visit = app.visits.open(&id, credential.as_ref()).await?;
        if let Some(framing) = parts.extensions.get::<Framing>() {
            framing.of(&visit);
        }
        Ok(Self(visit))
    }
}

impl FromRequestParts<App> for OpenVisit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let OwnVisit(visit) = OwnVisit::from_request_parts(parts, app).await?;
        visit.may_act().map_err(Error::AccessDenied)?;
        Ok(Self(visit))
    }
}

impl FromRequestParts<App> for PendingVisit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let OpenVisit(visit) = OpenVisit::from_request_parts(parts, app).await?;
        let Ok(MaybeCredential(credential)) = MaybeCredential::from_request_parts(parts, app).await;
        match (visit.account(), visit.identity().cloned(), credential) {
            (None, Some(identity), Some(credential)) => Ok(Self { visit, identity, credential }),
            _ => Err(Error::NotPending),
        }
    }
}

impl FromRequestParts<App> for LinkedVisit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let OpenVisit(visit) = OpenVisit::from_request_parts(parts, app).await?;
        // A held visit is nobody yet.
        let account = visit.account().cloned().ok_or(Error::NeedsSession)?;
        Ok(Self { visit, account })
    }
}
