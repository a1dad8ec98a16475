//! The simulated Entrata: OAuth, web services, activation events, and the shell that frames the app.
//!
//! `Simulator` holds its state, and `router` serves it. `sandbox/README.md` documents the URLs.

mod body_faults;
mod company;
mod control;
mod error;
mod event;
mod fault_replies;
mod faults;
mod format;
mod grant;
mod http_request;
mod method;
mod oauth;
mod rate_limit;
mod reply;
mod request_log;
mod sample_companies;
mod service_state;
mod services;
mod settings;
mod shell;
mod simulator;
mod state;
#[cfg(test)]
mod tests;
mod xml;

pub use company::{Company, Property, Staff, UserId};
pub use event::{Event, RequestType};
pub use faults::{Fault, Target, Times, UnknownName};
pub use method::Method;
pub use rate_limit::Limits;
pub use request_log::LoggedRequest;
pub use settings::Settings;
pub use simulator::Simulator;

use axum::Router;
use axum::routing::{any, get, post};

/// Returns the router for every URL of the simulated Entrata.
pub fn router(simulator: Simulator) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/", get(shell::apps))
        .route("/open/{subdomain}/{user_id}", get(shell::open))
        .route("/shell.css", get(shell::style))
        .route("/shell.js", get(shell::script))
        .route("/api/oauth", any(oauth::oauth))
        .route(fault_replies::REDIRECT_PATH, any(oauth::follow_redirect))
        .route("/{subdomain}/api/{resource}", any(services::service))
        .route("/{subdomain}/api/v1/{resource}", any(services::service))
        .route("/codes", post(control::codes::mint))
        .route("/requests", get(control::requests::list))
        .route("/faults", get(control::faults::list).post(control::faults::set))
        .route("/limits", post(control::services::limits))
        .route("/residents", post(control::services::residents))
        .route("/forbid", post(control::services::forbid))
        .route("/active", post(control::services::active))
        .route("/delay", post(control::services::delay))
        .route("/events", post(control::events::send))
        .route("/clear", post(control::simulation::clear))
        .route("/advance", post(control::simulation::advance))
        .with_state(simulator)
}
