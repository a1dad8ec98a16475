//! The routes, and the layers around them.

use crate::server::urls::{PropertyUrl, VisitUrl, end_session};
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
    limits::FORM_BYTES,
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
        .route(&VisitUrl::Home.route(), get(visit::show))
        .route(&VisitUrl::SignIn.route(), post(pending::sign_in))
        .route(&VisitUrl::ContinueAs.route(), post(pending::go_on))
        .route(&VisitUrl::Register.route(), post(pending::register))
        .route(&VisitUrl::Link.route(), post(link))
        .route(&VisitUrl::Decline.route(), post(decline))
        .route(&VisitUrl::SignOut.route(), post(visit::sign_out))
        .route(&VisitUrl::SignOutEverywhere.route(), post(visit::sign_out_everywhere))
        .route(&VisitUrl::Account.route(), get(account::show))
        .route(&VisitUrl::Unlink.route(), post(account::unlink))
        .route(&VisitUrl::Name.route(), post(account::name))
        .route(&VisitUrl::Email.route(), post(account::email))
        .route(&VisitUrl::Password.route(), post(account::password))
        .route(&VisitUrl::DataExport.route(), post(account::confirm_password))
        .route(&VisitUrl::DataExportFile.route(), get(account::data_export))
        .route(&VisitUrl::Delete.route(), post(account::delete))
        .route(&VisitUrl::History.route(), get(history::show))
        .route(&VisitUrl::HistoryCsv.route(), get(history::as_csv))
        .route(&VisitUrl::HistoryJson.route(), get(history::as_json))
        .route(&VisitUrl::LaunchedPropertiesCsv.route(), get(download::properties))
        .route(&VisitUrl::Properties.route(), get(records::properties))
        .route(&VisitUrl::PropertiesCsv.route(), get(records::properties_csv))
        .route(&PropertyUrl::ROUTE.page(), get(records::property))
        .route(&PropertyUrl::ROUTE.residents_csv(), get(records::residents_csv))
        .route(&PropertyUrl::ROUTE.resident("{resident}"), get(records::resident))
        .route(&VisitUrl::Refresh.route(), post(records::refresh))
        .route(&VisitUrl::Sessions.route(), get(sessions::show))
        .route(&VisitUrl::OtherSessions.route(), post(sessions::end_others))
        .route(&end_session("{visit}", "{other}"), post(sessions::end_one))
        .route(&VisitUrl::CookieProbe.route(), post(cookie_probe::post))
        .route(&VisitUrl::NewTab.route(), post(open_in_new_tab::open))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
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
