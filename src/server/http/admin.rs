//! What operators ask, on an address of its own: `GET /readyz`.

use axum::{Router, extract::State, http::StatusCode, routing::get};

use super::App;

pub fn admin(app: App) -> Router {
    Router::new().route("/readyz", get(readyz)).with_state(app)
}

/// 200 when the database answers, else 503.
async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(e) => {
            tracing::warn!(error = %e, "not ready: the database");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}
