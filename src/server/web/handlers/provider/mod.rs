//! Latchkey as Syncaroo's provider: pages for Syncaroo's user, and requests from Syncaroo's server.

mod authorize;
mod check_connection;
mod consent;
mod token;
mod update;

use axum::{
    Router,
    routing::{get, post},
};

use crate::server::{urls::ProviderUrl, web::App};

/// Requests of a browser, with its session.
pub fn pages() -> Router<App> {
    Router::new()
        .route(ProviderUrl::Authorize.path(), get(authorize::authorize))
        .route(ProviderUrl::SignIn.path(), post(authorize::sign_in))
        .route(ProviderUrl::Approve.path(), post(consent::approve))
        .route(ProviderUrl::Deny.path(), post(consent::deny))
}

/// Requests of Syncaroo's server.
pub fn machines() -> Router<App> {
    Router::new()
        .route(ProviderUrl::Token.path(), post(token::token))
        .route(ProviderUrl::CheckConnection.path(), get(check_connection::check_connection))
        .route(ProviderUrl::CheckConnectionSlash.path(), get(check_connection::check_connection))
        .route(ProviderUrl::Update.path(), post(update::update))
        .route(ProviderUrl::UpdateSlash.path(), post(update::update))
        .route(ProviderUrl::ApiUpdate.path(), post(update::update))
        .route(ProviderUrl::ApiUpdateSlash.path(), post(update::update))
}
