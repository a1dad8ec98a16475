//! What operators ask, on an address of its own: `GET /readyz`.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    routing::get,
};
use tower_http::set_header::SetResponseHeaderLayer;

use super::App;

pub fn admin(app: App) -> Router {
    let header = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .route("/readyz", get(readyz))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .with_state(app)
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
