//! `/v/{visit}/sessions`: where the account is signed in, and ending that.

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
        extract::{Fields, LinkedVisit, MaybeCarrier, Noted, Scene},
        page::Content,
    },
};

/// `GET /v/{visit}/sessions`
pub async fn show(
    State(app): State<App>,
    scene: Scene,
    LinkedVisit { visit, account }: LinkedVisit,
) -> Result<Response, Error> {
    let stays = app.visits.stays(&account).await?;
    let rows = stays.len();
    let page = Sessions::new(&visit, &account, stays, app.visits.now(), app.visits.tab_ticket(&visit));
    let document = sessions::document(&page);
    Ok(scene.page_of(StatusCode::OK, document, Content::new(&account.id, rows, move || sessions::body(page))).await)
}

/// `POST /v/{visit}/sessions/{other}/sign-out`
pub async fn end_one(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCarrier(carrier): MaybeCarrier,
    Noted(seen): Noted,
    Path((_, other)): Path<(String, String)>,
    _: Fields,
) -> Result<Response, Error> {
    if other == visit.id {
        return Ok(signed_out(app.visits.sign_out(&visit, seen).await?, carrier.as_ref()));
    }
    app.visits.end_stay(&account, &other, seen).await?;
    Ok(back(&visit.id))
}

/// `POST /v/{visit}/sessions/others/sign-out`
pub async fn end_others(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
    Noted(seen): Noted,
    _: Fields,
) -> Result<Response, Error> {
    app.visits.end_others(&account, &visit, seen).await?;
    Ok(back(&visit.id))
}

fn back(visit: &str) -> Response {
    Redirect::to(&format!("/v/{visit}/sessions")).into_response()
}
