//! The header of the API's calls: `Authorization: OAUTH oauth_token="…", api_key="…"`.

use axum::http::{HeaderMap, header};

use super::error::ApiError;
use super::simulator::{Simulator, TokenStatus};

/// Checks a call's token and key. The integrator in the path plays no role: one token reads every integrator's data.
///
/// # Errors
/// 401 with a hint.
pub(crate) fn check(simulator: &Simulator, headers: &HeaderMap) -> Result<(), ApiError> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, parameters) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("OAUTH") {
        return Err(ApiError::unauthorized("The authorization header is missing."));
    }
    let token =
        parameter(parameters, "oauth_token").ok_or_else(|| ApiError::unauthorized("oauth_token is missing."))?;
    let api_key = parameter(parameters, "api_key").ok_or_else(|| ApiError::unauthorized("api_key is missing."))?;
    let known = simulator.valid_keys(api_key).map(|_| simulator.token_status(token, api_key));
    match known {
        Some(TokenStatus::Valid { .. }) => Ok(()),
        Some(TokenStatus::Expired { .. }) => Err(ApiError::unauthorized("The token has expired.")),
        Some(TokenStatus::Invalid) | None => Err(ApiError::unauthorized("The token or the key is not valid.")),
    }
}

/// Returns the value of `name="value"`, in any order and with blanks around the commas.
fn parameter<'a>(mut rest: &'a str, name: &str) -> Option<&'a str> {
    loop {
        let (found, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        if found.trim_matches([',', ' ', '\t']) == name {
            return Some(value);
        }
        rest = after;
    }
}
