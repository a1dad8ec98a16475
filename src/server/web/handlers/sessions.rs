//! `/v/{visit}/sessions`: where the account is signed in, and ending that.

use crate::server::urls::VisitUrl;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::handlers::visit::signed_out;
use crate::server::{
    pages::sessions::{self, Sessions},
    web::{
        App,
        error::Error,
        extract::{Client, Fields, LinkedVisit, MaybeCredential, PageRenderer},
        page::Content,
    },
};

/// `GET /v/{visit}/sessions`
pub async fn show(
    State(app): State<App>,
    renderer: PageRenderer,
    LinkedVisit { visit, account }: LinkedVisit,
) -> Result<Response, Error> {
    let active_sessions = app.visits.active_sessions(&account).await?;
    let rows = active_sessions.len();
    let page = Sessions::new(&visit, &account, active_sessions, app.visits.now(), app.visits.new_tab_ticket(&visit));
    let document = sessions::document(&page);
    Ok(renderer.page_of(StatusCode::OK, document, Content::new(&account.id, rows, move || sessions::body(page))).await)
}

/// `POST /v/{visit}/sessions/{other}/sign-out`
pub async fn end_one(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCredential(credential): MaybeCredential,
    Client(client): Client,
    Path((_, other)): Path<(String, String)>,
    _: Fields,
) -> Result<Response, Error> {
    if other == visit.id {
        return Ok(signed_out(app.visits.sign_out(&visit, client).await?, credential.as_ref()));
    }
    app.visits.end_active_session(&account, &other, client).await?;
    Ok(back(&visit.id))
}

/// `POST /v/{visit}/sessions/others/sign-out`
pub async fn end_others(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
    Client(client): Client,
    _: Fields,
) -> Result<Response, Error> {
    app.visits.end_others(&account, &visit, client).await?;
    Ok(back(&visit.id))
}

fn back(visit: &str) -> Response {
    Redirect::to(&VisitUrl::Sessions.of(visit)).into_response()
}
