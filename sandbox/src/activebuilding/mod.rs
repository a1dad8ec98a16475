//! The simulated ActiveBuilding: the password grant, communities and packages, as on the vendor's page.
//!
//! It listens on plain HTTP on loopback and can't see TLS, so a request counts as plain HTTP if `X-Forwarded-Proto` is
//! `http`, or, with [`Modes::require_https`], unless it is `https`.

mod calls;
mod modes;
mod request;
mod sign_in;
mod simulator;
#[cfg(test)]
mod tests;
mod user;

pub use modes::{EnvelopePlace, ErrorStatus, Modes, Nesting, WrongPassword};
pub use simulator::Simulator;
pub use user::{Community, Package, User, UserType};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::any;

use crate::simulation::record_and_apply_faults;

/// Returns the routes, relative to where the router is nested.
pub fn router(simulator: Simulator) -> Router {
    let simulation = simulator.simulation().clone();
    Router::new()
        .route("/oauth/access_token", any(sign_in::access_token))
        .route("/communities", any(calls::communities))
        .route("/packages", any(calls::packages))
        .with_state(simulator)
        .layer(from_fn_with_state(simulation, record_and_apply_faults))
}
