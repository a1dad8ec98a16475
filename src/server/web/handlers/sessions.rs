//! `/v/{visit}/sessions`: the active sessions of the account, and signing them out.

use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

use crate::server::{
    ids::VisitId,
    pages::sessions::{self, Sessions},
    urls::{VisitUrl, end_session_route},
    web::{
        App,
        error::Error,
        extract::{Acting, Fields, Linked},
        handlers::visit::signed_out,
        page::Content,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route(&VisitUrl::Sessions.route(), get(show))
        .route(&VisitUrl::OtherSessions.route(), post(end_others))
        .route(&end_session_route(), post(end_one))
}

/// `GET /v/{visit}/sessions`
async fn show(
    Acting { app, visit, access: Linked { account }, renderer, .. }: Acting<Linked>,
) -> Result<Response, Error> {
    let active_sessions = app.visits.active_sessions(&account).await?;
    let rows = active_sessions.len();
    let page = Sessions::new(&visit, &account, active_sessions, app.visits.now(), app.visits.new_tab_ticket(&visit));
    let document = sessions::document(&page);
    Ok(renderer.page_of(StatusCode::OK, document, Content::new(&account.id, rows, move || sessions::body(page))).await)
}

/// `POST /v/{visit}/sessions/{other}/sign-out`
async fn end_one(
    Acting { app, visit, access: Linked { account }, credential, client, .. }: Acting<Linked>,
    Path((_, other)): Path<(String, String)>,
    _: Fields,
) -> Result<Response, Error> {
    let other = VisitId::from(other);
    if other == visit.id {
        let outcome = app.visits.sign_out(&visit, client).await?;
        return Ok(signed_out(outcome, &credential, None, "/login"));
    }
    app.visits.end_active_session(&account, &other, client).await?;
    Ok(Redirect::to(&VisitUrl::Sessions.of(&visit.id)).into_response())
}

/// `POST /v/{visit}/sessions/others/sign-out`
async fn end_others(
    Acting { app, visit, access: Linked { account }, client, .. }: Acting<Linked>,
    _: Fields,
) -> Result<Response, Error> {
    app.visits.end_others(&account, &visit, client).await?;
    Ok(Redirect::to(&VisitUrl::Sessions.of(&visit.id)).into_response())
}
