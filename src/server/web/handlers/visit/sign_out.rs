//! Signing out of a visit, or everywhere.

use axum::response::{IntoResponse, Redirect, Response};

use crate::server::{
    visit::{SessionCredential, SignedOut},
    web::{
        cookies::{SetRenewed, SetSession},
        error::Error,
        extract::{Acting, Fields, Linked, Own},
    },
};

/// `POST /v/{visit}/sign-out`
pub async fn sign_out(
    Acting { app, visit, credential, client, .. }: Acting<Own>,
    _: Fields,
) -> Result<Response, Error> {
    let outcome = app.visits.sign_out(&visit, client).await?;
    Ok(signed_out(outcome, &credential, None, "/login"))
}

/// `POST /v/{visit}/sign-out-everywhere`
pub async fn sign_out_everywhere(
    Acting { app, visit, access: Linked { account }, credential, client, .. }: Acting<Linked>,
    _: Fields,
) -> Result<Response, Error> {
    let outcome = app.visits.sign_out_everywhere(&visit, &account, client).await?;
    Ok(signed_out(outcome, &credential, None, "/login"))
}

/// Redirects after signing out. Removes the cookie when its browser session has ended; a cookie next to a bearer token
/// belongs to another session. `renewed`: the credential that a password entered in this request has issued. It is sent
/// only if the cookie still has other visits to open.
pub fn signed_out(
    outcome: SignedOut,
    credential: &SessionCredential,
    renewed: Option<SetRenewed>,
    to: &'static str,
) -> Response {
    let by_cookie = matches!(credential, SessionCredential::Cookie(_));
    let cookie = match outcome {
        SignedOut::SessionEnded if by_cookie => SetSession::Removed,
        SignedOut::SessionEnded | SignedOut::SessionOpen => SetSession::Unchanged,
    };
    let renewed = renewed.filter(|_| by_cookie && outcome == SignedOut::SessionOpen);
    (cookie, renewed, Redirect::to(to)).into_response()
}
