//! The id of the visit at a request's address.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use crate::server::{
    ids::VisitId,
    urls::visit_of,
    web::{App, error::Error},
};

/// A well-formed visit id. Pages and scripts contain it, so no other text is accepted.
pub struct VisitParam(pub VisitId);

/// The path may have more parameters.
#[derive(serde::Deserialize)]
struct VisitPath {
    visit: String,
}

/// 128 bits in the form that `rng.rs` writes.
fn is_well_formed(id: &str) -> bool {
    id.len() == 22 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl VisitParam {
    /// Returns the id in a path, whether or not there is such a visit.
    pub fn of_path(path: &str) -> Option<VisitId> {
        visit_of(path).filter(|id| is_well_formed(id.as_str()))
    }
}

impl FromRequestParts<App> for VisitParam {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let path = Path::<VisitPath>::from_request_parts(parts, app).await;
        let Path(VisitPath { visit }) = path.map_err(|_| Error::NotFound)?;
        if is_well_formed(&visit) { Ok(Self(visit.into())) } else { Err(Error::NeedsSession) }
    }
}
