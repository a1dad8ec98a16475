//! `getAccessToken`: exchanges an auth code for an access token.

use serde_json::json;

use super::field_faults;
use super::request::OAuthRequest;
use crate::entrata::error::{ApiError, fail};
use crate::entrata::faults::Fault;
use crate::entrata::grant::{self, CODE_LIFETIME, TOKEN_LIFETIME};
use crate::entrata::reply::Reply;
use crate::entrata::request_log::LoggedRequest;
use crate::entrata::state::State;

/// Marks the code as used, issues a token and adds it to the log entry.
pub(super) fn respond(
    state: &mut State,
    request: &OAuthRequest<'_>,
    entry: &mut LoggedRequest,
    faults: &[Fault],
) -> Result<Reply, ApiError> {
    check(state, request)?;
    let code = request.code().unwrap_or_default();
    let grant = state.codes.get_mut(code).expect("the code was checked");
    grant.is_used = true;
    let (subdomain, user_id) = (grant.subdomain.clone(), grant.user_id.clone());
    let token = grant::new_token();
    state.tokens.insert(token.clone(), state.new_grant(&subdomain, &user_id));
    let mut result = json!({
        "access_token": token,
        "expires_in": TOKEN_LIFETIME.as_secs(),
        "token_type": "bearer",
        "scope": null,
    });
    field_faults::apply(&mut result, faults);
    entry.token = Some(token);
    Ok(Reply::result(result, "Issued a token."))
}

/// Checks that this client may exchange this code now.
fn check(state: &State, request: &OAuthRequest<'_>) -> Result<(), ApiError> {
    if request.auth["grant_type"] != "authorization_code" {
        return fail(400, "The grant type must be authorization_code.");
    }
    if !request.has_credentials_of(&state.settings) {
        return Err(ApiError::UNKNOWN_CLIENT);
    }
    match request.code().map(|code| state.codes.get(code)) {
        None => fail(400, "The authorization code is missing."),
        Some(None) => fail(400, "The authorization code is unknown."),
        Some(Some(grant)) if grant.is_used => Err(ApiError::CODE_USED),
        Some(Some(grant)) if state.clock.now() >= grant.issued_at + CODE_LIFETIME => Err(ApiError::CODE_EXPIRED),
        Some(Some(_)) => Ok(()),
    }
}
