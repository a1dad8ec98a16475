//! The answer of `/token`: a new pair of tokens, or a refusal.

use reqwest::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::server::{
    clock::Epoch,
    connectors::{ConnectorError, Grant, oauth},
    outbound::Answer,
};

/// How long an access token lives according to Syncaroo's page, in seconds. Assumed if the answer doesn't say.
const LIFE: Epoch = 600;
/// Longest token that is accepted, in bytes.
pub const MAX_TOKEN: usize = 4096;

/// Unknown fields are ignored. `tokenType` is always `Bearer`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    access_token: String,
    /// The refresh token that was sent no longer works, so this one is required.
    refresh_token: String,
    #[serde(default)]
    expires_in: Value,
}

/// Reads the answer to a code or a refresh token.
///
/// # Errors
/// [`ConnectorError::GrantGone`] only for status 400 or 401 with a JSON object that has an `error`, and not if that
/// error is about our client, the grant type or the server (RFC 6749, sections 4.1.2.1 and 5.2). Syncaroo's page names
/// no errors, so all others count: some servers call a spent refresh token an `invalid_request`. A web page, 5xx and
/// all else say nothing about the grant.
pub fn read(answer: &Answer, now: Epoch) -> Result<Grant, ConnectorError> {
    if !answer.status.is_success() {
        return Err(refusal(answer));
    }
    let tokens: Tokens = oauth::json(answer)?;
    let life = seconds(&tokens.expires_in).unwrap_or(LIFE);
    Ok(Grant {
        access: secret(tokens.access_token)?,
        renewal: Some(secret(tokens.refresh_token)?),
        expires_at: Some(oauth::expires_at(now, life)),
    })
}

fn refusal(answer: &Answer) -> ConnectorError {
    if let Some(error) = oauth::server_error(answer) {
        return error;
    }
    let status = answer.status.as_u16();
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let error = body.as_ref().and_then(|body| body.get("error")).filter(|error| !error.is_null());
    let is_refusal = matches!(answer.status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED);
    match error.filter(|_| is_refusal).map(|error| error.as_str().unwrap_or_default()) {
        _ if answer.status == StatusCode::FORBIDDEN => ConnectorError::ClientRefused(status),
        Some("invalid_client" | "unauthorized_client") => ConnectorError::ClientRefused(status),
        Some("temporarily_unavailable" | "server_error") => ConnectorError::Transient,
        Some("unsupported_grant_type") | None => ConnectorError::Refused(Some(status)),
        Some(_) => ConnectorError::GrantGone,
    }
}

/// A positive number of seconds, also as text.
fn seconds(value: &Value) -> Option<Epoch> {
    let life = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
    (life > 0).then_some(life)
}

fn secret(text: String) -> Result<SecretString, ConnectorError> {
    let text = Zeroizing::new(text);
    let is_token = (1..=MAX_TOKEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_token.then(|| text.as_str().into()).ok_or(ConnectorError::NotUnderstood("there is no usable token"))
}
