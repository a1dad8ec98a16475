//! The simulated Octorate: consent page, identity calls and the reads that a first connector needs. Every request is
//! recorded and faults apply (see [`Simulation`](crate::simulation::Simulation)).

mod access;
mod accommodation;
mod app;
mod consent;
mod data;
mod date;
mod error;
mod form;
mod identity;
mod modes;
mod redirect_uri;
mod simulator;
mod state;
#[cfg(test)]
mod tests;
mod token_answer;
mod user;

pub use accommodation::PAGE_SIZE;
pub use app::App;
pub use consent::ConsentError;
pub use modes::{CodeLife, ExpiryForm, GrantTypes, Modes, PlaceForm, RefusalStatus, TokenName};
pub use simulator::Simulator;
pub use user::User;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use crate::simulation::record_and_apply_faults;

/// Returns the router of the simulated Octorate. Its paths are relative to where it is nested, such as `/sim/octorate`.
/// The API base is that address, too.
pub fn router(simulator: Simulator) -> Router {
    let simulation = simulator.simulation().clone();
    let reads = |route: MethodRouter<Simulator>| route.fallback(async || error::method_not_allowed("GET"));
    let writes = |route: MethodRouter<Simulator>| route.fallback(async || error::method_not_allowed("POST"));
    Router::new()
        .route("/identity/oauth.xhtml", get(consent::page).post(consent::decide))
        .route("/rest/v1/identity/token", writes(post(identity::token)))
        .route("/rest/v1/identity/refresh", writes(post(identity::refresh)))
        .route("/rest/v1/identity/apilogin", writes(post(identity::api_login)))
        .route("/rest/v1/user/info", reads(get(data::user_info)))
        .route("/rest/v1/accommodation", reads(get(data::accommodations)))
        .route("/rest/v1/accommodation/{id}", reads(get(data::accommodation)))
        .route("/rest/v3/roomrates/{id}", reads(get(data::room_rates)))
        .route("/rest/v1/reservation/{id}", reads(get(data::reservations)))
        .route("/rest/v1/api/configuration", reads(get(data::configuration)))
        .with_state(simulator)
        .layer(from_fn_with_state(simulation, record_and_apply_faults))
}
