//! `GET /healthz`: 200 while the process answers.

use axum::{Router, routing::get};

use crate::server::web::App;

pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(healthz))
}

async fn healthz() -> &'static str {
    "ok"
}
