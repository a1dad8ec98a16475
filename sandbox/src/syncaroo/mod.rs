//! The simulated Syncaroo: its own API, which Latchkey reads (`router`, to be nested at `/sim/syncaroo/api`), and the
//! platform that calls Latchkey's provider (`platform_router`, to be nested at `/sim/syncaroo`).
//! Source: the reference's sections 4 and 8, and Syncaroo's own page.

mod authorize;
mod data;
mod html;
mod options;
mod params;
mod platform;
mod records;
mod simulator;
#[cfg(test)]
mod tests;
mod token;
mod tokens;

pub use options::{IdField, NextLink, Options, Reuse};
pub use platform::{Platform, PlatformSettings, Reply, TokenState, Update, platform_router};
pub use simulator::Simulator;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::simulation::record_and_apply_faults;

/// Returns the router of Syncaroo's API. Its paths are relative to the API's address.
pub fn router(simulator: Simulator) -> Router {
    let layer = from_fn_with_state(simulator.simulation().clone(), record_and_apply_faults);
    Router::new()
        .route("/authorize", get(authorize::page))
        .route("/authorize/approve", post(authorize::approve))
        .route("/authorize/deny", post(authorize::deny))
        .route("/token", post(token::token))
        .route("/v1/locations", get(data::locations))
        .route("/v1/locations/{location}", get(data::location))
        .route("/v1/locations/{location}/resources", get(data::resources))
        .route("/v1/locations/{location}/resources/{resource}", get(data::resource))
        .route("/v1/locations/{location}/resources/{resource}/rates", get(data::rates))
        .route("/v1/locations/{location}/resources/{resource}/rates/{rate}", get(data::rate))
        .with_state(simulator)
        .layer(layer)
}
