//! The two calls of the sign-in: `getAccessToken` with the code, made once and never again, and `getUserInfo` with the
//! token, which is asked once more where Entrata is only busy.

use std::{sync::Arc, time::Duration};

use hyper::body::Bytes;
use reqwest::header::RETRY_AFTER;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;
use zeroize::Zeroizing;

use crate::server::connectors::entrata::{
    allowance,
    envelope::{self, count},
    error::EntrataError,
    user_info::UserInfo,
};
use crate::server::{
    config::EntrataSettings,
    metrics::Metrics,
    outbound::{Answer, Outbound, Request},
};

/// Before `getUserInfo` is asked again, where the answer does not say how long to wait.
const PAUSE: Duration = Duration::from_millis(250);
/// The least time left that makes a retry worthwhile. With less, it would only make the person wait.
const ANSWER: Duration = Duration::from_millis(500);

/// An access token and how long it lives.
#[derive(Debug, Clone)]
pub struct Token {
    pub secret: SecretString,
    /// Seconds; none when the answer did not say.
    pub expires_in: Option<i64>,
}

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
            for_user_info: outbound.under(outbound.limits().for_user_info()),
            outbound,
            metrics,
            url: settings.oauth_url.clone(),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
        }
    }

    /// Exchanges a code and asks who came with it: two calls, and the second once more where it may help; 8 seconds in
    /// all.
    ///
    /// # Errors
    /// See [`EntrataError`]; with `Unreachable` the code was never sent.
    pub async fn exchange(&self, code: &SecretString) -> Result<(Token, UserInfo), EntrataError> {
        let began = Instant::now();
        let told = self.call_twice(code).await;
        self.metrics.exchanged(began.elapsed(), told.as_ref().err().map(EntrataError::kind));
        if let Err(EntrataError::ClientRefused(code)) = &told {
            tracing::error!(
                code,
                "Entrata refuses this server, so nobody can launch: check ENTRATA_CLIENT_ID and ENTRATA_CLIENT_SECRET, \
                 and that Entrata's allow list holds this server's outgoing address"
            );
        }
        told
    }

    async fn call_twice(&self, code: &SecretString) -> Result<(Token, UserInfo), EntrataError> {
        let deadline = self.outbound.begin(&self.url)?;
        let body = self.token_request(code);
        let answer = self.outbound.send(Request::post(&self.url, "application/json", body), deadline).await?;
        let token = read_token(&answer)?;

        let info = match self.user_info(&token, deadline).await {
            Err(error) => match pause_after(&error).filter(|pause| Instant::now() + *pause + ANSWER < deadline) {
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

    async fn user_info(&self, token: &Token, deadline: Instant) -> Result<UserInfo, EntrataError> {
        let body = json!({"auth": {"type": "oauth"}, "method": {"name": "getUserInfo", "params": {}}});
        let request = Request::post_json(&self.url, &body).bearer(&token.secret)?;
        let answer = self.for_user_info.send(request, deadline).await;
        let answer = answer.map_err(|failure| match EntrataError::from(failure) {
            // By now the code is spent, so this is not "nothing was sent".
            EntrataError::Unreachable { slow: false } => EntrataError::Down("no connection for getUserInfo".into()),
            EntrataError::Unreachable { slow: true } => EntrataError::TooSlow,
            error => error,
        })?;
        let said_wait = answer.headers.contains_key(RETRY_AFTER).then(|| allowance::wait(&answer.headers, true));
        match envelope::read_off_worker(answer, UserInfo::read).await {
            Err(EntrataError::Limited(_)) => Err(EntrataError::Limited(said_wait.flatten())),
            info => info,
        }
    }

    /// The body of `getAccessToken`. It holds the code and the client secret, so it is written without copies and
    /// zeroized in the end.
    fn token_request(&self, code: &SecretString) -> Bytes {
        let (code, client_secret) = (code.expose_secret(), self.client_secret.expose_secret());
        let auth =
            Auth { r#type: "oauth", code, grant_type: "authorization_code", client_id: &self.client_id, client_secret };
        let request = TokenRequest { auth, method: json!({"name": "getAccessToken", "params": {}}) };
        // JSON writes one byte as six at the most: this never grows, which would leave a copy behind.
        let longest = 256 + 6 * (code.len() + client_secret.len() + self.client_id.len());
        let mut body = Zeroizing::new(Vec::with_capacity(longest));
        serde_json::to_writer(&mut *body, &request).expect("text can be written as JSON, and memory takes it");
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

/// How long to wait before `getUserInfo` is asked again; none where the same question would get the same answer.
fn pause_after(error: &EntrataError) -> Option<Duration> {
    match error {
        EntrataError::Transient | EntrataError::Overloaded | EntrataError::Limited(None) => Some(PAUSE),
        EntrataError::Limited(Some(seconds)) => u64::try_from(*seconds).ok().map(Duration::from_secs),
        _ => None,
    }
}

/// Reads the token call's answer. Entrata answers a bad code with an error of code 400. 401 and 403, in the error or as
/// the HTTP status where the error has no code, are about who asks.
pub(super) fn read_token(answer: &Answer) -> Result<Token, EntrataError> {
    let result = envelope::result(answer).map_err(|error| match (error, answer.status.as_u16()) {
        (EntrataError::TokenGone, _) => EntrataError::ClientRefused(401),
        (EntrataError::Refused(Some(403)), _) => EntrataError::ClientRefused(403),
        (EntrataError::Refused(None), status @ (401 | 403)) => EntrataError::ClientRefused(status),
        (error, _) => error,
    })?;
    token(&result)
}

fn token(result: &serde_json::Map<String, Value>) -> Result<Token, EntrataError> {
    let text = result.get("access_token").and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() || text.len() > 4096 || !text.bytes().all(|b| (0x21..=0x7E).contains(&b)) {
        return Err(EntrataError::NotUnderstood("there is no access token"));
    }
    let expires_in = result.get("expires_in").and_then(count).filter(|seconds| *seconds > 0);
    Ok(Token { secret: SecretString::from(text), expires_in })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_s_life_is_a_number_or_digits_or_not_known() {
        let life = |value: Value| {
            let result = json!({"access_token": "t", "expires_in": value});
            token(result.as_object().unwrap()).unwrap().expires_in
        };
        assert_eq!(life(json!(7_776_000)), Some(7_776_000));
        assert_eq!(life(json!("3600")), Some(3600));
        assert_eq!(life(json!(null)), None);
        assert_eq!(life(json!("soon")), None);
        assert_eq!(life(json!(-1)), None);
    }

    #[test]
    fn a_refused_client_is_told_from_a_refused_code() {
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
            assert_eq!(refused(status, body), EntrataError::ClientRefused(code), "{status} {body}");
        }
        for (status, body) in [
            (200, r#"{"response":{"error":{"code":400,"message":"m"}}}"#),
            (400, r#"{"response":{"error":{"code":400,"message":"m"}}}"#),
            (401, r#"{"response":{"error":{"code":400,"message":"m"}}}"#),
            (200, r#"{"response":{"error":"invalid_grant"}}"#),
            (400, r#"{"error":"invalid_grant"}"#),
        ] {
            assert!(matches!(refused(status, body), EntrataError::Refused(_)), "{status} {body}");
        }
        let not_enabled = r#"{"response":{"code":400,"error":{"code":1403,"message":"m"}}}"#;
        assert_eq!(refused(403, not_enabled), EntrataError::NotEnabled);
    }

    #[test]
    fn what_could_not_stand_in_a_header_is_no_token() {
        for value in [json!(null), json!(""), json!(5), json!("a\r\nb"), json!("a b"), json!("x".repeat(5000))] {
            let result = json!({"access_token": value});
            assert!(token(result.as_object().unwrap()).is_err(), "{value}");
        }
    }
}
