//! `GET /` and `GET /login`: a launch where the query says so; otherwise the browser's own visits, or the login page.

use axum::{
    extract::State,
    http::{HeaderMap, Method, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};

use crate::server::web::handlers::{launch, render_visit};
use crate::server::{
    launch::{Outcome, Recognised, recognise},
    metrics::Launched,
    pages::{self, Notice, login::Login, visits::SessionChoice},
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
    if let Some(answer) = launched(&app, presents, &framing, &request).await {
        return answer.show(&app, renderer, &flash).await;
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
            let choices = visits.iter().map(SessionChoice::from).collect::<Vec<_>>();
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
    if let Some(answer) = launched(&app, presents, &framing, &request).await {
        return answer.show(&app, renderer, &flash).await;
    }
    let gone = request.uri.path_and_query().is_some_and(|asked| asked == GONE);
    let login = Login::direct(if gone { Notice::AccountDeleted } else { Notice::None });
    Ok(renderer.page(StatusCode::OK, pages::login::document(&login), move || pages::login::body(login)).await)
}

/// The answer to a launch, if the request is one.
async fn launched(
    app: &App,
    FromBrowser(presented): FromBrowser,
    framing: &Framing,
    request: &Parts,
) -> Option<launch::Answer> {
    let code = match recognise(request.uri.query(), &app.config.entrata.referrers) {
        Recognised::NotALaunch => return None,
        Recognised::Malformed(why) => {
            tracing::info!(outcome = "malformed", why, "launch");
            app.core.metrics.launched(Launched::Malformed);
            return Some(launch::Answer::Malformed);
        }
        Recognised::Launch(code) => code,
    };
    let headers = &request.headers;
    if request.method == Method::HEAD {
        return Some(launch::Answer::Nothing);
    }
    if is_prefetch(headers) {
        return Some(launch::Answer::Prefetch);
    }
    if !in_a_frame(headers) {
        tracing::info!(outcome = "not framed", "launch");
        app.core.metrics.launched(Launched::NotFramed);
        return Some(launch::Answer::NotFramed);
    }
    let outcome = app.launches.launch(code, presented).await;
    if let Outcome::Arrived { visit, .. } = &outcome {
        framing.of(visit);
    }
    Some(launch::Answer::Done(outcome))
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
