//! `GET /readyz` and `GET /metrics`, on the admin address. They are not on the public address because each costs a few
//! database queries.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::server::{
    metrics,
    ready::{self, Readiness},
    storage::gauges,
    web::App,
};

pub fn admin(app: App) -> Router {
    let header = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    Router::new()
        .route("/readyz", get(readyz))
        .route("/metrics", get(scrape))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .with_state(app)
}

/// Returns 200 when the database, its migrations and the encryption keys are ready, else 503. The body (JSON) says
/// which are not.
async fn readyz(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let readiness = ready::check(&app.core.storage, &app.config.storage.encryption_keys).await;
    (if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(readiness))
}

/// Returns the metrics in Prometheus' text format. Without the database, its figures are `NaN`, so that the remaining
/// metrics stay available.
async fn scrape(State(app): State<App>) -> impl IntoResponse {
    let gauges = gauges::count(app.core.storage.reader(), app.core.clock.now()).await;
    let gauges =
        gauges.inspect_err(|e| tracing::warn!(error = %e, "metrics are missing the figures from the database")).ok();
    ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], app.core.metrics.render(gauges))
}
