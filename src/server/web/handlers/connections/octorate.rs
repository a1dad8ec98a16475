//! Connecting Octorate: a form opens its consent page in a new tab, which has none of the frame's cookies, nor its
//! bearer token.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::{
    connection::{RedirectTarget, System},
    ids::VisitId,
    web::{
        App,
        cookies::{SetConnect, connect_key},
        error::Error,
        extract::{Fields, VisitParam},
    },
};

/// `POST /v/{visit}/connections/octorate/connect`. The form's ticket alone authorizes it. The CSRF layer refuses the
/// form of another site, with which somebody could connect a visitor's Octorate account to their own account here.
pub async fn connect(
    State(app): State<App>,
    VisitParam(visit): VisitParam,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Error> {
    let target = RedirectTarget { system: System::Octorate, connection: None };
    begin(&app, &visit, &target, &headers, &fields).await
}

/// Sends the browser to the consent page.
pub async fn begin(
    app: &App,
    visit: &VisitId,
    target: &RedirectTarget,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Response, Error> {
    let ticket = fields.one("ticket").unwrap_or_default();
    let started = app.connections.begin_redirect(visit, target, ticket, connect_key(headers)).await?;
    Ok((SetConnect(started.cookie), Redirect::to(started.url.as_str())).into_response())
}
