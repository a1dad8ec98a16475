//! `GET /` and `GET /login`: a launch if the query says so, otherwise the browser's visits or the login page.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method, StatusCode, request::Parts},
    response::Response,
    routing::get,
};

use crate::server::web::handlers::{
    launch::{self, NotLaunched},
    render_visit,
};
use crate::server::{
    ids::VisitId,
    launch::{LaunchError, LaunchOutcome, Recognized, recognize},
    pages::{self, Notice, login::Login, visits::SessionChoice},
    visit::SessionCredential,
    web::{
        App,
        error::Error,
        extract::{Flash, Framing, FromBrowser, PageRenderer},
        page::Content,
    },
};

/// The address after deleting an account. There may be no session left for a flash message. The page's first script
/// removes the query from the address, so that the message is shown once.
pub const ACCOUNT_DELETED: &str = "/login?gone";

pub fn routes() -> Router<App> {
    Router::new().route("/", get(root)).route("/login", get(login))
}

/// `GET /`: the open visit of this browser, or a choice among several.
async fn root(
    State(app): State<App>,
    renderer: PageRenderer,
    browser: FromBrowser,
    flash: Flash,
    framing: Framing,
    request: Parts,
) -> Result<Response, Error> {
    if let Some(outcome) = launched(&app, browser, &framing, &request).await {
        return launch::respond(&app, renderer, &flash, outcome).await;
    }
    let credential = renderer.credential().cloned();
    let visits = match &credential {
        // A bearer token opens exactly one visit.
        Some(SessionCredential::Bearer(bearer)) => {
            let id = bearer.visit_id.clone();
            return open(&app, renderer, (&id, credential), &flash, &framing).await;
        }
        _ => app.visits.all_open(credential.as_ref()).await?,
    };
    match &visits[..] {
        [] => Err(Error::NeedsSession),
        [visit] => open(&app, renderer, (&visit.id, credential), &flash, &framing).await,
        [first, ..] => {
            let choices = visits.iter().map(SessionChoice::from).collect::<Vec<_>>();
            // These visits may belong to several accounts, but to one browser session: use its share of long work.
            let content = Content::new(&first.session_id, choices.len(), move || pages::visits::body(choices));
            Ok(renderer.page_of(StatusCode::OK, pages::visits::document(), content).await)
        }
    }
}

async fn open(
    app: &App,
    renderer: PageRenderer,
    (id, credential): (&VisitId, Option<SessionCredential>),
    flash: &Flash,
    framing: &Framing,
) -> Result<Response, Error> {
    let visit = app.visits.open(id, credential.as_ref()).await?;
    framing.set(&visit);
    visit.may_act().map_err(Error::AccessDenied)?;
    render_visit::visit(app, renderer, visit, flash, "").await
}

/// `GET /login`: the login page without a launch.
async fn login(
    State(app): State<App>,
    renderer: PageRenderer,
    browser: FromBrowser,
    flash: Flash,
    framing: Framing,
    request: Parts,
) -> Result<Response, Error> {
    if let Some(outcome) = launched(&app, browser, &framing, &request).await {
        return launch::respond(&app, renderer, &flash, outcome).await;
    }
    let deleted = request.uri.path_and_query().is_some_and(|address| address == ACCOUNT_DELETED);
    let login = Login::direct(if deleted { Notice::AccountDeleted } else { Notice::None });
    Ok(renderer.page(StatusCode::OK, pages::login::document(&login), move || pages::login::body(login)).await)
}

/// Runs a launch, if the request is one.
async fn launched(
    app: &App,
    FromBrowser(browser): FromBrowser,
    framing: &Framing,
    request: &Parts,
) -> Option<Result<LaunchOutcome, NotLaunched>> {
    let code = match recognize(request.uri.query(), &app.config.entrata.referrers) {
        Recognized::NotALaunch => return None,
        Recognized::Malformed(reason) => return Some(Ok(app.launches.refuse(LaunchError::Malformed(reason)))),
        Recognized::Launch(code) => code,
    };
    let headers = &request.headers;
    if request.method == Method::HEAD {
        return Some(Err(NotLaunched::Head));
    }
    if is_prefetch(headers) {
        return Some(Err(NotLaunched::Prefetch));
    }
    if !in_a_frame(headers) {
        return Some(Ok(app.launches.refuse(LaunchError::NotFramed)));
    }
    let outcome = app.launches.launch(code, browser).await;
    if let Ok(opened) = &outcome {
        framing.set(&opened.visit);
    }
    Some(Ok(outcome))
}

/// Whether the response goes into a frame, as far as `Sec-Fetch-Dest` says. A launch at the top level of a tab does
/// not come from a click in Entrata (threat T1).
fn in_a_frame(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_none_or(|dest| dest == "iframe" || dest == "frame")
}

/// Whether this is a prefetch: `Sec-Purpose: prefetch…` (Fetch), or what older browsers send instead.
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| {
        let value = headers.get(*name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        value.contains("prefetch") || value.contains("prerender") || value == "preview"
    })
}
