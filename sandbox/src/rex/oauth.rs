//! The three OAuth calls. The checks of tokens and clients answer 200 whatever they find; the text says what that is.

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::eastern;
use super::error::ApiError;
use super::format::{Format, Node};
use super::request_body::InnerForm;
use super::simulator::{Simulator, TOKEN_LIFE, TokenStatus};

pub(crate) async fn token(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    match issue(&simulator, &headers, &body) {
        Ok(token) => {
            let format = Format::requested(&headers);
            let mut fields = vec![
                ("access_token", Node::Text(token)),
                ("token_type", "token".into()),
                ("expires_in", Node::Number(TOKEN_LIFE)),
            ];
            if format == Format::Json {
                fields.push(("refresh_token", Node::Null));
            }
            format.response(StatusCode::OK, "AccessTokenResponse", &Node::Object(fields))
        }
        Err(error) => error.response(&headers),
    }
}

fn issue(simulator: &Simulator, headers: &HeaderMap, body: &[u8]) -> Result<String, ApiError> {
    let form = InnerForm::read(headers, body)?;
    if form.field("grant_type") != Some("authorization_code") {
        return Err(ApiError::parameter("grant_type", "The grant type is not supported."));
    }
    let api_key = form.field("client_id").ok_or_else(|| ApiError::parameter("client_id", "It is required."))?;
    let secret_key = form.field("code").ok_or_else(|| ApiError::parameter("code", "It is required."))?;
    match simulator.valid_keys(api_key) {
        Some(keys) if keys.secret_key == secret_key => Ok(simulator.issue_token(api_key)),
        _ => Err(ApiError::unauthorized("Check the Api Key and the Secret Key.")),
    }
}

pub(crate) async fn validate_token(
    State(simulator): State<Simulator>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let [api_key, token, integrator] = match ["apiKey", "token", "integratorID"].map(|name| required(&query, name)) {
        [Ok(api_key), Ok(token), Ok(integrator)] => [api_key, token, integrator],
        [Err(error), ..] | [_, Err(error), _] | [.., Err(error)] => return error.response(&headers),
    };
    let (text, expires_at) = if simulator.data(&integrator).is_none() {
        ("NoAccess", None)
    } else if simulator.valid_keys(&api_key).is_none_or(|keys| keys.integrator_id != integrator) {
        ("Invalid", None)
    } else {
        match simulator.token_status(&token, &api_key) {
            TokenStatus::Valid { expires_at } => ("Valid", Some(expires_at)),
            TokenStatus::Expired { expires_at } => ("Expired", Some(expires_at)),
            TokenStatus::Invalid => ("Invalid", None),
        }
    };
    let expires_in = expires_at.map_or(Node::Null, |epoch| Node::Text(eastern::text(epoch)));
    let fields = vec![("tokenstatus", text.into()), ("expires_in", expires_in)];
    Format::requested(&headers).response(StatusCode::OK, "TokenValidationResponse", &Node::Object(fields))
}

pub(crate) async fn validate_client(
    State(simulator): State<Simulator>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (form, integrator) =
        match (InnerForm::read(&headers, &body), required(&query.unwrap_or_default(), "integratorID")) {
            (Ok(form), Ok(integrator)) => (form, integrator),
            (Err(error), _) | (_, Err(error)) => return error.response(&headers),
        };
    let keys = form.field("client_id").and_then(|api_key| simulator.valid_keys(api_key));
    let is_valid = keys
        .is_some_and(|keys| form.field("secret") == Some(keys.secret_key.as_str()) && keys.integrator_id == integrator);
    let (text, expires_in) = if is_valid { ("Valid_Client", TOKEN_LIFE) } else { ("Unauthorized_Client", 0) };
    let fields = vec![("clientstatus", text.into()), ("expires_in", Node::Number(expires_in))];
    Format::requested(&headers).response(StatusCode::OK, "ClientValidationResponse", &Node::Object(fields))
}

/// Returns a parameter of the query. As in Web API, case doesn't matter.
fn required(query: &str, name: &'static str) -> Result<String, ApiError> {
    let mut fields = form_urlencoded::parse(query.as_bytes());
    let field = fields.find(|(field, value)| field.eq_ignore_ascii_case(name) && !value.is_empty());
    field.map(|(_, value)| value.into_owned()).ok_or_else(|| ApiError::parameter(name, "It is required."))
}
