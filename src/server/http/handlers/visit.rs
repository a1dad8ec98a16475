//! `/v/{visit}`: what it shows, and leaving it.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};

use super::show;
use crate::server::{
    http::{
        App,
        cookies::SetSession,
        error::Error,
        extract::{Fields, LinkedVisit, MaybeCarrier, Memo, Noted, OpenVisit, OwnVisit, Scene},
    },
    visit::{Carrier, SignedOut},
};

/// `GET /v/{visit}`
pub async fn show(
    State(app): State<App>,
    scene: Scene,
    OpenVisit(visit): OpenVisit,
    memo: Memo,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = query.unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, value)| value);
    show::visit(&app, scene, visit, &memo, &query.unwrap_or_default()).await
}

/// `POST /v/{visit}/sign-out`
pub async fn sign_out(
    State(app): State<App>,
    OwnVisit(visit): OwnVisit,
    MaybeCarrier(carrier): MaybeCarrier,
    Noted(seen): Noted,
    _: Fields,
) -> Result<Response, Error> {
    Ok(signed_out(app.visits.sign_out(&visit, seen).await?, carrier.as_ref()))
}

/// `POST /v/{visit}/sign-out-everywhere`
pub async fn sign_out_everywhere(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCarrier(carrier): MaybeCarrier,
    Noted(seen): Noted,
    _: Fields,
) -> Result<Response, Error> {
    Ok(signed_out(app.visits.sign_out_everywhere(&visit, &account, seen).await?, carrier.as_ref()))
}

/// A cookie is removed when the session that it names is over; beside a bearer it names another one.
pub fn signed_out(what: SignedOut, carrier: Option<&Carrier>) -> Response {
    let cookie = match (what, carrier) {
        (SignedOut::Entirely, Some(Carrier::Cookie(_))) => SetSession::Removed,
        _ => SetSession::Unchanged,
    };
    (cookie, Redirect::to("/login")).into_response()
}
