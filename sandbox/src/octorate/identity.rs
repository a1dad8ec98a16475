//! The identity calls: a code or a refresh token for an access token, and ApiLogin. All of them take forms.

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::form::Fields;
use super::simulator::Simulator;
use super::state::{State, spend};
use super::token_answer::Tokens;

pub(super) async fn token(Shared(simulator): Shared<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&simulator, &headers, &body, |state, fields, now| {
        let [client_id, client_secret] = [fields.required("client_id")?, fields.required("client_secret")?];
        let (redirect_uri, grant_type) = (fields.required("redirect_uri")?, fields.required("grant_type")?);
        let code = fields.required("code")?;
        let app = state.authenticate(client_id, client_secret)?;
        state.exchange(app, grant_type, redirect_uri, code, now)
    })
}

/// Takes no `grant_type`. Clients that send one are tolerated.
pub(super) async fn refresh(Shared(simulator): Shared<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&simulator, &headers, &body, |state, fields, now| {
        let [client_id, client_secret] = [fields.required("client_id")?, fields.required("client_secret")?];
        let refresh_token = fields.required("refresh_token")?;
        let app = state.authenticate(client_id, client_secret)?;
        state.refresh(app, refresh_token, now)
    })
}

pub(super) async fn api_login(Shared(simulator): Shared<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&simulator, &headers, &body, |state, fields, now| {
        let app = state.authenticate(fields.required("client_id")?, fields.required("client_secret")?)?;
        Ok(state.issue_access_token(app, None, now))
    })
}

fn answer(
    simulator: &Simulator,
    headers: &HeaderMap,
    body: &[u8],
    call: impl FnOnce(&mut State, &Fields, i64) -> Result<Tokens, ApiError>,
) -> Response {
    let now = simulator.simulation().clock.now_millis();
    let mut state = simulator.state();
    let tokens = spend(&mut state.identity_quota)
        .and_then(|()| Fields::posted(headers, body))
        .and_then(|fields| call(&mut state, &fields, now));
    match tokens {
        Ok(tokens) => tokens.answer(&state.modes),
        Err(error) => error.into_response(),
    }
}
