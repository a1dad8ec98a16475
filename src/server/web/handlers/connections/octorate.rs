//! Connecting Octorate: a form opens its consent page in a new tab, from where the browser comes to our callback. The
//! new tab has none of the frame's cookies, nor its bearer token.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use secrecy::ExposeSecret;

use crate::server::{
    connection::{ConnectError, RedirectAnswer, RedirectTarget, System},
    ids::VisitId,
    pages::{ConnectFailure, connected},
    web::{
        App,
        cookies::{SetConnect, connect_key},
        error::Error,
        extract::{Client, Fields, PageRenderer, Params, VisitParam},
    },
};

/// `POST /v/{visit}/connections/octorate/connect`. The form's ticket alone authorizes it. The CSRF layer refuses another
/// site's form, with which somebody could connect a visitor's Octorate account to their own account here.
pub async fn connect(State(app): State<App>, VisitParam(visit): VisitParam, fields: Fields) -> Result<Response, Error> {
    let target = RedirectTarget { system: System::Octorate, connection: None };
    begin(&app, &visit, &target, &fields).await
}

/// Sends the browser to the consent page.
pub async fn begin(app: &App, visit: &VisitId, target: &RedirectTarget, fields: &Fields) -> Result<Response, Error> {
    let ticket = fields.one("ticket").unwrap_or_default();
    let started = app.connections.begin_redirect(visit, target, ticket).await?;
    Ok((SetConnect(started.cookie), Redirect::to(started.url.as_str())).into_response())
}

/// `GET /connections/octorate/callback`
pub async fn callback(
    State(app): State<App>,
    renderer: PageRenderer,
    Client(client): Client,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Error> {
    let (state, code, cookie) = (params.one("state"), params.one("code"), connect_key(&headers));
    let answer = RedirectAnswer {
        state: state.as_deref().unwrap_or_default(),
        code: code.as_deref().filter(|code| !code.is_empty()),
        cookie: cookie.as_ref().map(ExposeSecret::expose_secret),
    };
    match app.connections.finish_redirect(System::Octorate, answer, client).await {
        Ok(_) => Ok(renderer.page(StatusCode::OK, connected::document(), connected::body).await),
        // The person signed out or disconnected meanwhile: this tab has no session to continue.
        Err(ConnectError::VisitEnded | ConnectError::NotFound) => {
            Err(Error::Connect { failure: ConnectFailure::State, status: StatusCode::BAD_REQUEST })
        }
        Err(e) => Err(e.into()),
    }
}
