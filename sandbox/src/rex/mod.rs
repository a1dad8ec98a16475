//! Simulates the Gryphtech REX API: fixed keys, tokens for 48 hours, and lists of offices, associates and properties,
//! in JSON or XML. Offices and associates carry credentials in clear text, as in the real system.
//!
//! Paths, relative to `/sim/rex/api/v1`: `oauth/token`, `oauth/ValidateToken`, `oauth/ValidateClient` (POST), and
//! `integrator/{id}/offices`, `associates`, `properties` (GET).

mod authorization;
mod data;
mod eastern;
mod error;
mod format;
mod list_query;
mod lists;
mod oauth;
mod request_body;
mod rows;
mod simulator;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};

pub use data::{Associate, Data, Office, Property};
pub use simulator::{KeySet, Settings, Simulator};

use crate::simulation::record_and_apply_faults;
use error::ApiError;

/// Returns the routes, relative to where they are nested.
pub fn router(simulator: Simulator) -> Router {
    Router::new()
        .route("/oauth/token", post(oauth::token))
        .route("/oauth/ValidateToken", post(oauth::validate_token))
        .route("/oauth/ValidateClient", post(oauth::validate_client))
        .route("/integrator/{integrator}/offices", get(lists::offices))
        .route("/integrator/{integrator}/associates", get(lists::associates))
        .route("/integrator/{integrator}/properties", get(lists::properties))
        .layer(from_fn_with_state(simulator.clone(), refuse_plain_http))
        .layer(from_fn_with_state(simulator.simulation().clone(), record_and_apply_faults))
        .with_state(simulator)
}

/// The simulator listens on plain HTTP. So a request counts as plain HTTP if `X-Forwarded-Proto` says `http` or, with
/// [`Settings::require_https`], doesn't say `https`.
async fn refuse_plain_http(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let scheme = request.headers().get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    let is_plain = match scheme {
        Some(scheme) => scheme.trim().eq_ignore_ascii_case("http"),
        None => simulator.settings().require_https,
    };
    if is_plain {
        return ApiError::plain_http().response(request.headers());
    }
    next.run(request).await
}
