//! `/v/{visit}`: what it shows, and leaving it.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::handlers::render_visit;
use crate::server::{
    visit::{SessionCredential, SignedOut},
    web::{
        App,
        cookies::{SetRenewed, SetSession},
        error::Error,
        extract::{Client, Fields, Flash, LinkedVisit, MaybeCredential, OpenVisit, OwnVisit, PageRenderer},
    },
};

/// `GET /v/{visit}`
pub async fn show(
    State(app): State<App>,
    renderer: PageRenderer,
    OpenVisit(visit): OpenVisit,
    flash: Flash,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let query = query.unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, value)| value);
    render_visit::visit(&app, renderer, visit, &flash, &query.unwrap_or_default()).await
}

/// `POST /v/{visit}/sign-out`
pub async fn sign_out(
    State(app): State<App>,
    OwnVisit(visit): OwnVisit,
    MaybeCredential(credential): MaybeCredential,
    Client(client): Client,
    _: Fields,
) -> Result<Response, Error> {
    Ok(signed_out(app.visits.sign_out(&visit, client).await?, credential.as_ref()))
}

/// `POST /v/{visit}/sign-out-everywhere`
pub async fn sign_out_everywhere(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
    MaybeCredential(credential): MaybeCredential,
    Client(client): Client,
    _: Fields,
) -> Result<Response, Error> {
    Ok(signed_out(app.visits.sign_out_everywhere(&visit, &account, client).await?, credential.as_ref()))
}

/// A cookie is removed when the session that it names is over; beside a bearer it names another one.
pub fn signed_out(what: SignedOut, credential: Option<&SessionCredential>) -> Response {
    signed_out_of(what, credential, None, "/login")
}

/// The same, where a password that was given on the way renewed what carried the visit: of that nothing is left, unless the cookie has
/// other visits to carry.
pub fn signed_out_of(
    what: SignedOut,
    credential: Option<&SessionCredential>,
    renewed: Option<SetRenewed>,
    to: &'static str,
) -> Response {
    let by_cookie = matches!(credential, Some(SessionCredential::Cookie(_)));
    let cookie = match what {
        SignedOut::Entirely if by_cookie => SetSession::Removed,
        SignedOut::Entirely | SignedOut::OthersGoOn => SetSession::Unchanged,
    };
    let renewed = renewed.filter(|_| by_cookie && what == SignedOut::OthersGoOn);
    (cookie, renewed, Redirect::to(to)).into_response()
}
