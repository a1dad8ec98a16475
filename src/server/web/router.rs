//! The routes, and the layers around them.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::server::web::{
    App,
    error::Error,
    extract::LARGEST,
    files,
    handlers::{
        account,
        confirm::{decline, link},
        cookie_probe, download, events,
        health::healthz,
        history,
        landing::{login, method_not_allowed, root},
        open_in_new_tab, pending, records, sessions, sign_in, visit,
    },
    layers::{csrf, headers, log, session},
    script,
};

/// The whole public side.
///
/// # Panics
/// When `PUBLIC_URL` is no origin; the settings have seen to it that it is one.
pub fn router(app: App) -> Router {
    // Leptos renders on tokio; told once, a second telling is refused and as good.
    let _ = any_spawner::Executor::init_tokio();
    let routes = Router::new()
        .route("/", get(root))
        .route("/login", get(login))
        .route("/sign-in", post(sign_in::post))
        .route("/v/{visit}", get(visit::show))
        .route("/v/{visit}/sign-in", post(pending::sign_in))
        .route("/v/{visit}/go-on", post(pending::go_on))
        .route("/v/{visit}/register", post(pending::register))
        .route("/v/{visit}/link", post(link))
        .route("/v/{visit}/decline", post(decline))
        .route("/v/{visit}/sign-out", post(visit::sign_out))
        .route("/v/{visit}/sign-out-everywhere", post(visit::sign_out_everywhere))
        .route("/v/{visit}/account", get(account::show))
        .route("/v/{visit}/unlink", post(account::unlink))
        .route("/v/{visit}/name", post(account::name))
        .route("/v/{visit}/email", post(account::email))
        .route("/v/{visit}/password", post(account::password))
        .route("/v/{visit}/everything", post(account::confirm_password))
        .route("/v/{visit}/everything.json", get(account::data_export))
        .route("/v/{visit}/delete", post(account::delete))
        .route("/v/{visit}/history", get(history::show))
        .route("/v/{visit}/history.csv", get(history::as_csv))
        .route("/v/{visit}/history.json", get(history::as_json))
        .route("/v/{visit}/properties.csv", get(download::properties))
        .route("/v/{visit}/properties", get(records::properties))
        .route("/v/{visit}/properties/list.csv", get(records::properties_csv))
        .route("/v/{visit}/as/{identity}/properties/{property}", get(records::property))
        .route("/v/{visit}/as/{identity}/properties/{property}/residents.csv", get(records::residents_csv))
        .route("/v/{visit}/as/{identity}/properties/{property}/residents/{resident}", get(records::resident))
        .route("/v/{visit}/refresh", post(records::refresh))
        .route("/v/{visit}/sessions", get(sessions::show))
        .route("/v/{visit}/sessions/others/sign-out", post(sessions::end_others))
        .route("/v/{visit}/sessions/{other}/sign-out", post(sessions::end_one))
        .route("/v/{visit}/echo", post(cookie_probe::post))
        .route("/v/{visit}/tab", post(open_in_new_tab::open))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(from_fn_with_state(app.clone(), session::session))
        .layer(from_fn(script::redirects))
        // Outside the session layer: machines send these, and no cookie plays a part.
        .route("/healthz", get(healthz))
        .route("/events/entrata", get(events::entrata))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(files::file);
    guarded(routes, app)
}

/// Routes, and around them what every answer passes.
///
/// # Panics
/// As `router`.
pub fn guarded(routes: Router<App>, app: App) -> Router {
    let csrf = csrf::layer(&app.config.listen.public_url.origin).expect("the public URL is an origin");
    routes
        .layer(from_fn(csrf::unsigned))
        .layer(csrf)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), headers::headers))
        .layer(from_fn_with_state(app.clone(), log::log))
        .with_state(app)
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    Error::Internal.into_response()
}
