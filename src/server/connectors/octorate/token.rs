//! Reads answers that hand out tokens. `expires_in` takes precedence over `expireDate`, which newer answers call
//! deprecated.

use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{date, oauth};
use crate::server::{
    clock::Epoch,
    connectors::{ConnectorError, Grant},
    outbound::Answer,
};

/// Longest token that is accepted, in characters.
const MAX_TOKEN: usize = 4096;

/// Reads the answer to a code exchange, which has both tokens.
pub(super) fn of_code(answer: &Answer, now: Epoch) -> Result<Grant, ConnectorError> {
    let fields = fields(answer)?;
    let renewal = secret(&fields, "refresh_token");
    let renewal = renewal.ok_or(ConnectorError::NotUnderstood("there is no refresh token"))?;
    grant(&fields, now, Some(renewal))
}

/// Reads the answer to a refresh. A refresh token in it is ignored: Octorate does not replace the old one.
pub(super) fn of_refresh(answer: &Answer, now: Epoch, renewal: &SecretString) -> Result<Grant, ConnectorError> {
    grant(&fields(answer)?, now, Some(renewal.clone()))
}

/// Reads the answer to an ApiLogin, which has no refresh token.
pub(super) fn of_api_login(answer: &Answer, now: Epoch) -> Result<Grant, ConnectorError> {
    grant(&fields(answer)?, now, None)
}

fn fields(answer: &Answer) -> Result<Map<String, Value>, ConnectorError> {
    if answer.status.is_success() {
        oauth::json(answer)
    } else {
        Err(ConnectorError::Refused(Some(answer.status.as_u16())))
    }
}

fn grant(fields: &Map<String, Value>, now: Epoch, renewal: Option<SecretString>) -> Result<Grant, ConnectorError> {
    let access = secret(fields, "access_token").or_else(|| secret(fields, "accessToken"));
    let access = access.ok_or(ConnectorError::NotUnderstood("there is no access token"))?;
    Ok(Grant { access, renewal, expires_at: expires_at(fields, now) })
}

/// Returns a text that can be a token: it has to fit into a header.
fn secret(fields: &Map<String, Value>, name: &str) -> Option<SecretString> {
    let text = fields.get(name)?.as_str()?;
    let is_token = (1..=MAX_TOKEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_token.then(|| SecretString::from(text))
}

/// Returns when the token expires; none if the answer does not say. A date that has passed counts as unknown: one of
/// the clocks is wrong, and believing it would renew a token that was just issued, again and again.
fn expires_at(fields: &Map<String, Value>, now: Epoch) -> Option<Epoch> {
    let seconds = fields.get("expires_in").and_then(seconds);
    let left = || Some(date::parse(fields.get("expireDate")?.as_str()?.trim())?.saturating_sub(now));
    let left = seconds.filter(|seconds| *seconds > 0).or_else(left).filter(|left| *left > 0)?;
    Some(oauth::expires_at(now, left))
}

/// Returns a number of seconds, which may be a text of digits.
fn seconds(value: &Value) -> Option<Epoch> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}
