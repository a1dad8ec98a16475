//! `/v/{visit}`: what it shows, and leaving it.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::handlers::show;
use crate::server::{
    visit::{Carrier, SignedOut},
    web::{
        App,
        cookies::{SetRenewed, SetSession},
        error::Error,
        extract::{Fields, LinkedVisit, MaybeCarrier, Memo, Noted, OpenVisit, OwnVisit, Scene},
    },
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
    signed_out_of(what, carrier, None, "/login")
}

/// The same, where a password that was given on the way renewed what carried the visit: of that nothing is left, unless the cookie has
/// other visits to carry.
pub fn signed_out_of(
    what: SignedOut,
    carrier: Option<&Carrier>,
    renewed: Option<SetRenewed>,
    to: &'static str,
) -> Response {
    let by_cookie = matches!(carrier, Some(Carrier::Cookie(_)));
    let cookie = match what {
        SignedOut::Entirely if by_cookie => SetSession::Removed,
        SignedOut::Entirely | SignedOut::OthersGoOn => SetSession::Unchanged,
    };
    let renewed = renewed.filter(|_| by_cookie && what == SignedOut::OthersGoOn);
    (cookie, renewed, Redirect::to(to)).into_response()
}
