//! `GET /` and `GET /login`: a launch where the query says so; otherwise the browser's own visits, or the login page.

use axum::{
    extract::State,
    http::{HeaderMap, Method, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};

use crate::server::web::handlers::{
    launch::{self, NotLaunched},
    render_visit,
};
use crate::server::{
    launch::{LaunchError, LaunchOutcome, Recognized, recognize},
    pages::{self, Notice, login::Login, visits::Choice},
    visit::SessionCredential,
    web::{
        App,
        error::Error,
        extract::{Flash, Framing, FromBrowser, PageRenderer},
        page::Content,
    },
};

/// Where a deleted account leads. What it says is the same for everybody, and the page's first script takes it out of the address, so that
/// it is said once; there may be no session left to remember it in.
pub const GONE: &str = "/login?gone";

/// `GET /`: the one live visit of this browser, or a choice among several.
pub async fn root(
    State(app): State<App>,
    renderer: PageRenderer,
    presents: FromBrowser,
    flash: Flash,
    framing: Framing,
    request: Parts,
) -> Result<Response, Error> {
    if let Some(outcome) = launched(&app, presents, &framing, &request).await {
        return launch::respond(&app, renderer, &flash, outcome).await;
    }
    let credential = renderer.credential().cloned();
    // A bearer opens one visit, held or linked: that is what there is to show.
    if let Some(SessionCredential::Bearer(bearer)) = &credential {
        let visit = app.visits.open(&bearer.visit_id, credential.as_ref()).await?;
        framing.of(&visit);
        visit.may_act().map_err(Error::AccessDenied)?;
        return render_visit::visit(&app, renderer, visit, &flash, "").await;
    }
    let visits = app.visits.all_open(credential.as_ref()).await?;
    match visits.len() {
        0 => Err(Error::NeedsSession),
        1 => {
            let visit = app.visits.open(&visits[0].id, credential.as_ref()).await?;
            framing.of(&visit);
            render_visit::visit(&app, renderer, visit, &flash, "").await
        }
        _ => {
            let choices = visits.iter().map(Choice::from).collect::<Vec<_>>();
            // These visits may act as several accounts, but they are of one browser session.
            let content = Content::new(&visits[0].session_id, choices.len(), move || pages::visits::body(choices));
            Ok(renderer.page_of(StatusCode::OK, pages::visits::document(), content).await)
        }
    }
}

/// `GET /login`: the login page without a launch.
pub async fn login(
    State(app): State<App>,
    renderer: PageRenderer,
    presents: FromBrowser,
    flash: Flash,
    framing: Framing,
    request: Parts,
) -> Result<Response, Error> {
    if let Some(outcome) = launched(&app, presents, &framing, &request).await {
        return launch::respond(&app, renderer, &flash, outcome).await;
    }
    let gone = request.uri.path_and_query().is_some_and(|asked| asked == GONE);
    let login = Login::direct(if gone { Notice::Gone } else { Notice::None });
    Ok(renderer.page(StatusCode::OK, pages::login::document(&login), move || pages::login::body(login)).await)
}

/// The outcome of the launch, if the request is one.
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
        framing.of(&opened.visit);
    }
    Some(Ok(outcome))
}

/// Browsers that send `Sec-Fetch-Dest` say where the answer goes; a launch at the top level of a tab is nobody's click in Entrata
/// (threat T1).
fn in_a_frame(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_none_or(|dest| dest == "iframe" || dest == "frame")
}

/// `Sec-Purpose: prefetch…` (Fetch), and what older browsers said instead.
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].iter().any(|name| {
        let value = headers.get(*name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        value.contains("prefetch") || value.contains("prerender") || value == "preview"
    })
}

/// What a known path gets that can't be asked so.
pub async fn method_not_allowed() -> Response {
    Error::MethodNotAllowed.into_response()
}
