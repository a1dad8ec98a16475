//! Checks the bearer token and the quota of a data call, and adds the headers that every answer has.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::simulator::Simulator;
use super::state::{Bearer, State, spend};
use crate::random;

/// Runs a data call as the user or app that the token belongs to.
pub(super) fn with_access(
    simulator: &Simulator,
    headers: &HeaderMap,
    call: impl FnOnce(&State, Bearer) -> Result<Response, ApiError>,
) -> Response {
    let now = simulator.simulation().clock.now_millis();
    let mut state = simulator.state();
    let result = bearer(&state, headers, now).and_then(|bearer| {
        spend(&mut state.data_quota)?;
        call(&state, bearer)
    });
    let mut response = result.unwrap_or_else(IntoResponse::into_response);
    let mut put = |name: &'static str, value: String| {
        response
            .headers_mut()
            .extend(HeaderValue::try_from(value).ok().map(|value| (header::HeaderName::from_static(name), value)));
    };
    put("request-id", random::hex::<8>());
    if let Some(left) = state.data_quota {
        put("x-ratelimit-remaining", left.to_string());
    }
    response
}

fn bearer(state: &State, headers: &HeaderMap, now: i64) -> Result<Bearer, ApiError> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) = token.ok_or(ApiError::key_missing())?;
    state.bearer(token.trim(), now).ok_or(ApiError::key_invalid())
}
