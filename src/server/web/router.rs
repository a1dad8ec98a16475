//! The public router: the routes of every area, and the layers around them.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::server::web::{
    App,
    error::Error,
    files,
    handlers::{account, connections, events, health, landing, provider, records, sessions, sign_in, visit},
    layers::{csrf, headers, log, session},
    limits::FORM_BYTES,
    script,
};

/// Returns everything that is served on the public address.
///
/// # Panics
/// When `PUBLIC_URL` is not an origin. `Config` has checked that it is one.
pub fn router(app: App) -> Router {
    // Leptos renders on tokio. Fails if that was set before, for example by another test.
    let _ = any_spawner::Executor::init_tokio();
    let pages = Router::new()
        .merge(landing::routes())
        .merge(sign_in::routes())
        .merge(visit::routes())
        .merge(account::routes())
        .merge(records::routes())
        .merge(sessions::routes())
        .merge(connections::routes())
        .merge(provider::pages())
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(from_fn_with_state(app.clone(), session::session))
        .layer(from_fn(script::replace_redirect));
    // Machine-to-machine requests have no session.
    let machines = Router::new()
        .merge(health::routes())
        .merge(events::routes())
        .merge(provider::machines().layer(DefaultBodyLimit::max(FORM_BYTES)));
    let routes = pages.merge(machines).method_not_allowed_fallback(method_not_allowed).fallback(files::file);
    guarded(routes, app)
}

/// Adds the layers that every response passes.
///
/// # Panics
/// Like `router`.
pub fn guarded(routes: Router<App>, app: App) -> Router {
    let csrf = csrf::layer(&app.config.listen.public_url.origin).expect("the public URL is an origin");
    routes
        .layer(from_fn(csrf::require_origin))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), headers::headers))
        .layer(from_fn_with_state(app.clone(), log::log))
        .with_state(app)
}

async fn method_not_allowed() -> Response {
    Error::MethodNotAllowed.into_response()
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Error::Internal.into_response()
}
