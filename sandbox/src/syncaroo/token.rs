//! `POST /token`: a code or a refresh token for a new pair of tokens.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Simulator;
use super::params::Params;
use super::tokens::{ACCESS_TOKEN_LIFE, Pair};

const FORM: &str = "application/x-www-form-urlencoded";

/// A status, an error code of RFC 6749, and a message.
type Refusal = (StatusCode, &'static str, String);

pub(crate) async fn token(State(simulator): State<Simulator>, headers: HeaderMap, body: String) -> Response {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case(FORM) {
        return refuse((StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", "the body has to be a form".into()));
    }
    match issue(&simulator, &body) {
        Ok(pair) => {
            let body = json!({
                "tokenType": "Bearer",
                "expiresIn": ACCESS_TOKEN_LIFE,
                "accessToken": pair.access,
                "refreshToken": pair.refresh,
            });
            ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
        }
        Err(refusal) => refuse(refusal),
    }
}

fn issue(simulator: &Simulator, body: &str) -> Result<Pair, Refusal> {
    let options = simulator.options();
    let invalid = |message: String| (StatusCode::BAD_REQUEST, "invalid_request", message);
    let params = Params::parse(body, options.strict).map_err(invalid)?;
    let required = |name: &str| params.required(name).map_err(invalid);
    if required("clientId")? != options.client_id || required("clientSecret")? != options.client_secret {
        return Err((StatusCode::UNAUTHORIZED, "invalid_client", "the client's id or secret is wrong".into()));
    }
    let invalid_grant = |message: &str| (StatusCode::BAD_REQUEST, "invalid_grant", message.to_owned());
    match required("grantType")? {
        "authorization_code" => {
            let (code, redirect_uri) = (required("code")?, required("redirectUri")?);
            simulator.exchange(code, redirect_uri).ok_or_else(|| invalid_grant("the code is not valid"))
        }
        "refresh_token" => {
            simulator.refresh(required("refreshToken")?).ok_or_else(|| invalid_grant("the refresh token is not valid"))
        }
        _ => Err((StatusCode::BAD_REQUEST, "unsupported_grant_type", "this grantType is unknown".into())),
    }
}

fn refuse((status, error, message): Refusal) -> Response {
    let body = json!({ "error": error, "error_description": message });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
