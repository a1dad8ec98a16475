//! Signing in and registering: without a launch, and in a pending visit.

mod direct;
mod password;
mod pending;
mod pending_form;
mod register;

use axum::{Router, routing::post};

pub use direct::{AfterSignIn, begin};
pub use password::{form_again, remember_browser, retry_after, status, verify, verify_sign_in};

use crate::server::{urls::VisitUrl, web::App};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", post(direct::sign_in))
        .route(&VisitUrl::SignIn.route(), post(pending::sign_in))
        .route(&VisitUrl::ContinueAs.route(), post(pending::continue_as))
        .route(&VisitUrl::Register.route(), post(register::register))
}
