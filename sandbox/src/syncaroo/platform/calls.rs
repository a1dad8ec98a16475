//! The calls to Latchkey's provider.

use serde_json::Value;

use super::{Platform, TokenState, Update};
use crate::loopback::{self, HttpResponse, Request};
use crate::url::percent_encode;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Latchkey's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    /// Returns a header's value. The name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl From<HttpResponse> for Reply {
    fn from(HttpResponse { status, headers, body }: HttpResponse) -> Self {
        Self { status, headers, body }
    }
}

impl Platform {
    /// Exchanges a code and, if that succeeds, remembers the tokens.
    ///
    /// # Errors
    /// With a message when there is no answer.
    pub async fn exchange(&self, connection_id: u64, code: &str) -> Result<Reply, String> {
        let reply = self.post_token(&[("code", code), ("grantType", "authorization_code")]).await?;
        self.remember(connection_id, &reply);
        Ok(reply)
    }

    /// Refreshes the tokens of a connection and, if that succeeds, remembers the new ones.
    ///
    /// # Errors
    /// With a message when the connection has no tokens or there is no answer.
    pub async fn refresh(&self, connection_id: u64) -> Result<Reply, String> {
        let tokens = self.tokens(connection_id).ok_or("this connection has no tokens")?;
        let reply = self.refresh_with(&tokens.refresh).await?;
        self.remember(connection_id, &reply);
        Ok(reply)
    }

    /// Presents a refresh token, and remembers nothing: for a token that was used before.
    ///
    /// # Errors
    /// With a message when there is no answer.
    pub async fn refresh_with(&self, refresh_token: &str) -> Result<Reply, String> {
        self.post_token(&[("refreshToken", refresh_token), ("grantType", "refresh_token")]).await
    }

    /// Sends these fields after `clientId` and `clientSecret` to `authTokenUri`.
    ///
    /// # Errors
    /// With a message when there is no answer.
    pub async fn post_token(&self, fields: &[(&str, &str)]) -> Result<Reply, String> {
        let settings = self.settings();
        let client = [("clientId", settings.client_id.as_str()), ("clientSecret", settings.client_secret.as_str())];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(client).extend_pairs(fields).finish();
        let request = Request { method: "POST", url: &settings.token_url, headers: &[FORM], body: &body };
        Ok(loopback::send(&request).await?.into())
    }

    /// Calls `check_connection` with the connection's access token, or without one if it has none.
    ///
    /// # Errors
    /// With a message when there is no answer.
    pub async fn check_connection(&self, connection_id: u64) -> Result<Reply, String> {
        let token = self.tokens(connection_id).map(|tokens| tokens.access);
        self.check_connection_with(&connection_id.to_string(), token.as_deref()).await
    }

    /// Calls `check_connection` with any id and token.
    ///
    /// # Errors
    /// With a message when there is no answer.
    pub async fn check_connection_with(&self, connection_id: &str, token: Option<&str>) -> Result<Reply, String> {
        let settings = self.settings();
        let address = join(&settings.api_url, &settings.check_connection_path);
        let url = format!("{address}?connectionId={}", percent_encode(connection_id));
        let authorization = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> = authorization.iter().map(|value| ("Authorization", value.as_str())).collect();
        let request = Request { method: "GET", url: &url, headers: &headers, body: "" };
        Ok(loopback::send(&request).await?.into())
    }

    /// Sends a webhook with the connection's access token, or without one if it has none.
    ///
    /// # Errors
    /// With a message when there is no answer.
    pub async fn send_update(&self, connection_id: u64, update: &Update) -> Result<Reply, String> {
        let token = self.tokens(connection_id).map(|tokens| tokens.access);
        let body = update.body(connection_id, &self.settings().syncaroo_api_url);
        self.send_update_with(&body, token.as_deref()).await
    }

    /// Sends any body as a webhook with any token.
    ///
    /// # Errors
    /// With a message when there is no answer.
    pub async fn send_update_with(&self, body: &str, token: Option<&str>) -> Result<Reply, String> {
        let settings = self.settings();
        let url = join(settings.webhook_base.as_ref().unwrap_or(&settings.api_url), &settings.webhook_path);
        let authorization = token.map(|token| format!("Bearer {token}"));
        let mut headers = vec![("Content-Type", "application/json")];
        headers.extend(authorization.iter().map(|value| ("Authorization", value.as_str())));
        Ok(loopback::send(&Request { method: "POST", url: &url, headers: &headers, body }).await?.into())
    }

    fn remember(&self, connection_id: u64, reply: &Reply) {
        let json = reply.json();
        let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        let tokens = text("accessToken").zip(text("refreshToken")).zip(text("expires"));
        if let Some(((access, refresh), expires)) = tokens.filter(|_| reply.status == 200) {
            self.set_tokens(connection_id, TokenState { access, refresh, expires });
        }
    }
}

/// Joins an address and a path with one slash between them.
fn join(address: &str, path: &str) -> String {
    format!("{}/{}", address.trim_end_matches('/'), path.trim_start_matches('/'))
}
