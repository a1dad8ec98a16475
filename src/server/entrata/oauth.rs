//! The two calls of the sign-in: `getAccessToken` with the code, `getUserInfo` with the token. Neither is ever made twice for one code.

use std::sync::Arc;

use hyper::body::Bytes;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use super::{
    envelope::{self, count},
    fault::Fault,
    user_info::UserInfo,
};
use crate::server::{
    config::EntrataSettings,
    metrics::Metrics,
    outbound::{Outbound, Post},
};

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
    metrics: Metrics,
    url: Url,
    client_id: String,
    client_secret: Arc<SecretString>,
}

impl EntrataOauth {
    pub fn new(outbound: Outbound, settings: &EntrataSettings, metrics: Metrics) -> Self {
        Self {
            outbound,
            metrics,
            url: settings.oauth_url.clone(),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
        }
    }

    /// Exchanges a code and asks who came with it: two calls, 8 seconds in all.
    ///
    /// # Errors
    /// See [`Fault`]; with `Unreachable` the code was never sent.
    pub async fn exchange(&self, code: &SecretString) -> Result<(Token, UserInfo), Fault> {
        let began = Instant::now();
        let told = self.call_twice(code).await;
        self.metrics.exchanged(began.elapsed(), told.as_ref().err().map(Fault::kind));
        told
    }

    async fn call_twice(&self, code: &SecretString) -> Result<(Token, UserInfo), Fault> {
        let deadline = self.outbound.begin(&self.url)?;
        let body = self.token_request(code);
        let post = Post { url: &self.url, content_type: "application/json", body, bearer: None, headers: &[] };
        let answer = self.outbound.post(post, deadline).await?;
        let token = token(&envelope::result(&answer)?)?;

        let body = json!({"auth": {"type": "oauth"}, "method": {"name": "getUserInfo", "params": {}}});
        let answer = self.outbound.post_json(&self.url, &body, Some(&token.secret), deadline).await;
        let answer = answer.map_err(|failure| match Fault::from(failure) {
            // By now the code is spent, so this is not "nothing was sent".
            Fault::Unreachable { slow: false } => Fault::Down("no connection for getUserInfo".into()),
            Fault::Unreachable { slow: true } => Fault::TooSlow,
            fault => fault,
        })?;
        Ok((token, UserInfo::read(&envelope::result(&answer)?)?))
    }

    /// The body of `getAccessToken`. It holds the code and the client secret, so it is written without copies and overwritten in the end.
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

pub(super) fn token(result: &serde_json::Map<String, Value>) -> Result<Token, Fault> {
    let text = result.get("access_token").and_then(Value::as_str).unwrap_or_default();
    if text.is_empty() || text.len() > 4096 || !text.bytes().all(|b| (0x21..=0x7E).contains(&b)) {
        return Err(Fault::NotUnderstood("there is no access token"));
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
    fn what_could_not_stand_in_a_header_is_no_token() {
        for value in [json!(null), json!(""), json!(5), json!("a\r\nb"), json!("a b"), json!("x".repeat(5000))] {
            let result = json!({"access_token": value});
            assert!(token(result.as_object().unwrap()).is_err(), "{value}");
        }
    }
}
