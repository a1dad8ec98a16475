//! The two calls of a launch: `getAccessToken` with the code, which is never repeated, and `getUserInfo` with the
//! token, which is repeated once if Entrata is busy.

use std::{sync::Arc, time::Duration};

use hyper::body::Bytes;
use reqwest::header::RETRY_AFTER;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;
use zeroize::Zeroizing;

use crate::server::{
    connectors::{
        ConnectorError, Token,
        entrata::{
            EntrataSettings,
            envelope::{self, count},
            rate_limit,
            user_info::UserInfo,
        },
    },
    metrics::Metrics,
    outbound::{Answer, Outbound, Request},
};

/// The pause before `getUserInfo` is repeated, if the answer names none.
const PAUSE: Duration = Duration::from_millis(250);
/// A retry needs at least this time before the deadline. With less, it would only make the user wait.
const RETRY_TIME: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub struct EntrataOauth {
    outbound: Outbound,
    /// With the limits of `getUserInfo`.
    for_user_info: Outbound,
    metrics: Metrics,
    url: Url,
    client_id: String,
    client_secret: Arc<SecretString>,
}

impl EntrataOauth {
    pub fn new(outbound: Outbound, settings: &EntrataSettings, metrics: Metrics) -> Self {
        Self {
            for_user_info: outbound.with_limits(outbound.limits().for_user_info()),
            outbound,
            metrics,
            url: settings.oauth_url.clone(),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
        }
    }

    /// Exchanges a code and returns whose it was. Takes 8 seconds at most.
    ///
    /// # Errors
    /// When one of the calls fails. With [`ConnectorError::Unreachable`] the code was never sent.
    pub async fn exchange(&self, code: &SecretString) -> Result<(Token, UserInfo), ConnectorError> {
        let started = Instant::now();
        let result = self.make_both_calls(code).await;
        self.metrics.exchanged(started.elapsed(), result.as_ref().err().map(ConnectorError::kind));
        if let Err(ConnectorError::ClientRefused(code)) = &result {
            tracing::error!(
                code,
                "Entrata refuses this server, so nobody can launch: check ENTRATA_CLIENT_ID and ENTRATA_CLIENT_SECRET, \
                 and that Entrata's allow list holds this server's outgoing address"
            );
        }
        result
    }

    async fn make_both_calls(&self, code: &SecretString) -> Result<(Token, UserInfo), ConnectorError> {
        let deadline = self.outbound.begin(&self.url)?;
        let body = self.token_request(code);
        let answer = self.outbound.send(Request::post(&self.url, "application/json", body), deadline).await?;
        let token = read_token(&answer)?;

        let info = match self.user_info(&token, deadline).await {
            Err(error) => match pause_after(&error).filter(|pause| Instant::now() + *pause + RETRY_TIME < deadline) {
                Some(pause) => {
                    tracing::info!(%error, "retrying getUserInfo");
                    sleep(pause).await;
                    self.user_info(&token, deadline).await
                }
                None => Err(error),
            },
            info => info,
        };
        Ok((token, info?))
    }

    async fn user_info(&self, token: &Token, deadline: Instant) -> Result<UserInfo, ConnectorError> {
        let body = json!({"auth": {"type": "oauth"}, "method": {"name": "getUserInfo", "params": {}}});
        let request = Request::post_json(&self.url, &body).bearer(&token.secret)?;
        let answer = self.for_user_info.send(request, deadline).await;
        let answer = answer.map_err(|error| match ConnectorError::from(error) {
            // The code is used up by now, so this must not count as "nothing was sent".
            ConnectorError::Unreachable { slow: false } => ConnectorError::Down("no connection for getUserInfo".into()),
            ConnectorError::Unreachable { slow: true } => ConnectorError::TooSlow,
            error => error,
        })?;
        let retry_after = answer.headers.contains_key(RETRY_AFTER).then(|| rate_limit::wait(&answer.headers, true));
        match envelope::read_off_worker(answer, UserInfo::read).await {
            Err(ConnectorError::Limited(_)) => Err(ConnectorError::Limited(retry_after.flatten())),
            info => info,
        }
    }

    /// Returns the body of `getAccessToken`. It holds the code and the client secret, so it is written without copies
    /// and zeroized when dropped.
    fn token_request(&self, code: &SecretString) -> Bytes {
        let (code, client_secret) = (code.expose_secret(), self.client_secret.expose_secret());
        let auth =
            Auth { r#type: "oauth", code, grant_type: "authorization_code", client_id: &self.client_id, client_secret };
        let request = TokenRequest { auth, method: json!({"name": "getAccessToken", "params": {}}) };
        // JSON writes one byte as six at most. The buffer never grows, which would leave a copy behind.
        let longest = 256 + 6 * (code.len() + client_secret.len() + self.client_id.len());
        let mut body = Zeroizing::new(Vec::with_capacity(longest));
        serde_json::to_writer(&mut *body, &request).expect("strings can be written as JSON into memory");
        Bytes::from_owner(body)
    }
}

#[derive(Serialize)]
struct TokenRequest<'a> {
    auth: Auth<'a>,
    method: Value,
}

#[derive(Serialize)]
struct Auth<'a> {
    r#type: &'static str,
    code: &'a str,
    grant_type: &'static str,
    client_id: &'a str,
    client_secret: &'a str,
}

/// Returns the pause before `getUserInfo` is repeated; none if it would fail again.
fn pause_after(error: &ConnectorError) -> Option<Duration> {
    match error {
        ConnectorError::Transient | ConnectorError::Overloaded | ConnectorError::Limited(None) => Some(PAUSE),
        ConnectorError::Limited(Some(seconds)) => u64::try_from(*seconds).ok().map(Duration::from_secs),
        _ => None,
    }
}

/// Reads the answer to `getAccessToken`. For a bad code it has error code 400. 401 and 403, in the error or as the HTTP
/// status if the error has no code, mean that Entrata rejects this server.
pub(super) fn read_token(answer: &Answer) -> Result<Token, ConnectorError> {
    let result = envelope::result(answer).map_err(|error| match (error, answer.status.as_u16()) {
        (ConnectorError::TokenRejected, _) => ConnectorError::ClientRefused(401),
        (ConnectorError::Refused(Some(403)), _) => ConnectorError::ClientRefused(403),
        (ConnectorError::Refused(None), status @ (401 | 403)) => ConnectorError::ClientRefused(status),
        (error, _) => error,
    })?;
    token(&result)
}

fn token(result: &serde_json::Map<String, Value>) -> Result<Token, ConnectorError> {
    let text = result.get("access_token").and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() || text.len() > 4096 || !text.bytes().all(|b| (0x21..=0x7E).contains(&b)) {
        return Err(ConnectorError::NotUnderstood("there is no access token"));
    }
    let expires_in = result.get("expires_in").and_then(count).filter(|seconds| *seconds > 0);
    Ok(Token { secret: SecretString::from(text), expires_in })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_s_lifetime_is_a_number_or_digits_or_unknown() {
        let lifetime = |value: Value| {
            let result = json!({"access_token": "t", "expires_in": value});
            token(result.as_object().unwrap()).unwrap().expires_in
        };
        assert_eq!(lifetime(json!(7_776_000)), Some(7_776_000));
        assert_eq!(lifetime(json!("3600")), Some(3600));
        assert_eq!(lifetime(json!(null)), None);
        assert_eq!(lifetime(json!("soon")), None);
        assert_eq!(lifetime(json!(-1)), None);
    }

    #[test]
    fn a_refused_client_differs_from_a_refused_code() {
        let refused = |status: u16, body: &str| {
            let status = reqwest::StatusCode::from_u16(status).unwrap();
            read_token(&Answer::new(status, body)).unwrap_err()
        };
        for (status, body, code) in [
            (200, r#"{"response":{"error":{"code":401,"message":"m"}}}"#, 401),
            (200, r#"{"response":{"error":{"code":"403","message":"m"}}}"#, 403),
            (200, r#"{"code":401,"message":"m"}"#, 401),
            (401, "", 401),
            (403, "<html></html>", 403),
            (401, r#"{"response":{"error":{"message":"m"}}}"#, 401),
            (403, r#"{"error":"access_denied"}"#, 403),
        ] {
            assert_eq!(refused(status, body), ConnectorError::ClientRefused(code), "{status} {body}");
        }
        for (status, body) in [
            (200, r#"{"response":{"error":{"code":400,"message":"m"}}}"#),
            (400, r#"{"response":{"error":{"code":400,"message":"m"}}}"#),
            (401, r#"{"response":{"error":{"code":400,"message":"m"}}}"#),
            (200, r#"{"response":{"error":"invalid_grant"}}"#),
            (400, r#"{"error":"invalid_grant"}"#),
        ] {
            assert!(matches!(refused(status, body), ConnectorError::Refused(_)), "{status} {body}");
        }
        let not_enabled = r#"{"response":{"code":400,"error":{"code":1403,"message":"m"}}}"#;
        assert_eq!(refused(403, not_enabled), ConnectorError::NotEnabled);
    }

    #[test]
    fn text_that_no_header_can_hold_is_no_token() {
        for value in [json!(null), json!(""), json!(5), json!("a\r\nb"), json!("a b"), json!("x".repeat(5000))] {
            let result = json!({"access_token": value});
            assert!(token(result.as_object().unwrap()).is_err(), "{value}");
        }
    }
}
