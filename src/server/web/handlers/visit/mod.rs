//! `/v/{visit}`: showing a visit, confirming its link, opening it in a new tab, and signing out.

mod confirm;
mod cookie_probe;
mod home;
mod launched_properties;
mod open_in_new_tab;
mod sign_out;

use axum::{
    Router,
    routing::{get, post},
};

pub use sign_out::signed_out;

use crate::server::{urls::VisitUrl, web::App};

pub fn routes() -> Router<App> {
    Router::new()
        .route(&VisitUrl::Home.route(), get(home::show))
        .route(&VisitUrl::Link.route(), post(confirm::link))
        .route(&VisitUrl::Decline.route(), post(confirm::decline))
        .route(&VisitUrl::SignOut.route(), post(sign_out::sign_out))
        .route(&VisitUrl::SignOutEverywhere.route(), post(sign_out::sign_out_everywhere))
        .route(&VisitUrl::LaunchedPropertiesCsv.route(), get(launched_properties::csv_file))
        .route(&VisitUrl::CookieProbe.route(), post(cookie_probe::probe))
        .route(&VisitUrl::NewTab.route(), post(open_in_new_tab::open))
}
