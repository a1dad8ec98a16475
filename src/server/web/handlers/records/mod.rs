//! The pages of a company's data.

mod connected_places;
mod csv;
mod page;
mod properties;
mod property;
mod refresh;
mod resident;

use axum::{
    Router,
    routing::{get, post},
};

use crate::server::{
    urls::{PropertyUrl, VisitUrl},
    web::App,
};

pub fn routes() -> Router<App> {
    Router::new()
        .route(&VisitUrl::Properties.route(), get(properties::show))
        .route(&VisitUrl::PropertiesCsv.route(), get(csv::properties))
        .route(&PropertyUrl::ROUTE.page(), get(property::show))
        .route(&PropertyUrl::ROUTE.residents_csv(), get(csv::residents))
        .route(&PropertyUrl::ROUTE.resident("{resident}"), get(resident::show))
        .route(&VisitUrl::Refresh.route(), post(refresh::refresh))
}

/// The property in a path, which may have more parameters.
#[derive(serde::Deserialize)]
struct PropertyPath {
    property: String,
}

/// The property and the resident in a path.
#[derive(serde::Deserialize)]
struct ResidentPath {
    property: String,
    resident: String,
}
