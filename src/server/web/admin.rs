//! What operators ask, on an address of its own: `GET /readyz` and `GET /metrics`. Neither is on the public address; both cost a few
//! questions to the database.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::server::web::App;
use crate::server::{
    metrics,
    ready::{self, Readiness},
    storage::gauges,
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

/// 200 when database, migrations and keys are as they have to be, else 503; which of them is not, the body tells (JSON).
async fn readyz(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let found = ready::check(&app.core.storage, &app.config.storage.encryption_keys).await;
    (if found.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(found))
}

/// Prometheus' text format. Where the database does not answer, what it would have told is `NaN`: the rest is wanted just then.
async fn scrape(State(app): State<App>) -> impl IntoResponse {
    let gauges = gauges::count(app.core.storage.reader(), app.core.clock.now()).await;
    let gauges =
        gauges.inspect_err(|e| tracing::warn!(error = %e, "metrics are missing the figures from the database")).ok();
    ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], app.core.metrics.render(gauges))
}
