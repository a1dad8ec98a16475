//! `POST /oauth/access_token`: the password grant and its errors. With several faults, HTTPS is reported before the
//! method, the method before the client, and the client before the user.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use serde_json::json;

use super::calls::reply;
use super::request::{Parameters, is_plain_http};
use super::{Modes, Simulator, User, WrongPassword};

/// An error's code and description.
type SignInError = (&'static str, &'static str);

pub(crate) async fn access_token(
    State(simulator): State<Simulator>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let modes = simulator.modes();
    match authenticated(&simulator, modes, &method, &headers, &body) {
        Ok(user) => reply(200, &json!({"access_token": simulator.issue(&user), "user": user.json()})),
        Err((error, description)) => {
            reply(modes.error_status.code(), &json!({"error": error, "error_description": description}))
        }
    }
}

fn authenticated(
    simulator: &Simulator,
    modes: Modes,
    method: &Method,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<User, SignInError> {
    if is_plain_http(headers, modes.require_https) {
        return Err(("invalid_request", "HTTPS required"));
    }
    if method != Method::POST {
        return Err(("invalid_request", "must use HTTP POST"));
    }
    // Only the form counts. An Authorization header and the query are not read.
    let form = Parameters::of_form(headers, body);
    if form.get("client_id") != simulator.client_id() {
        return Err(("invalid_client_id", "client identifier invalid"));
    }
    if form.get("client_secret") != simulator.client_secret() {
        return Err(("invalid_client_credentials", "client secret invalid"));
    }
    if form.get("grant_type") != "password" {
        return Err(("unsupported_response_type", "response type not supported"));
    }
    let (user_name, password) = (form.get("username"), form.get("password"));
    let wrong = match modes.wrong_password {
        _ if user_name.is_empty() || password.is_empty() => ("invalid_grant", "username and password required"),
        WrongPassword::InvalidGrant => ("invalid_grant", "invalid user credentials"),
        WrongPassword::AuthenticationFailure => ("authentication_failure", "invalid password"),
    };
    simulator.authenticate(user_name, password).ok_or(wrong)
}
