//! The consent page's address and the identity calls: code, refresh token, ApiLogin.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    JSON, Octorate,
    error::{self, ApiError, IdentityError},
    token,
};
use crate::server::{
    connectors::{Caller, ConnectorError, Grant},
    outbound::{Answer, Request},
};

impl Octorate {
    /// Returns the address of the consent page. After consent, the browser is sent to `redirect_uri` with `code` and
    /// `state`.
    pub fn authorize_url(&self, redirect_uri: &Url, state: &str) -> Url {
        let mut url = self.settings.authorize_url.clone();
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", redirect_uri.as_str())
            .append_pair("state", state);
        url
    }

    /// Exchanges a code, which works once and for a minute. `redirect_uri` is the one of the consent page.
    ///
    /// # Errors
    /// [`ConnectorError::GrantGone`] when the code is refused: the user has to authorize again. The call is never
    /// repeated, except after [`ConnectorError::Unreachable`].
    pub async fn exchange(
        &self,
        caller: &Caller,
        redirect_uri: &Url,
        code: &SecretString,
    ) -> Result<Grant, ConnectorError> {
        let fields = [("redirect_uri", redirect_uri.as_str()), ("grant_type", "code"), ("code", code.expose_secret())];
        match self.identity_call(caller, "exchange", "token", &fields).await {
            Ok(answer) => token::of_code(&answer, caller.clock().now()),
            Err(IdentityError::Other(error)) => Err(error),
            Err(IdentityError::Refused(refusal)) => Err(match self.cause(caller, &refusal).await {
                error @ ConnectorError::ClientRefused(_) => error,
                // Whatever happened to the second call, the code was refused.
                _ => ConnectorError::GrantGone,
            }),
        }
    }

    /// Obtains a token for the app itself, which lists all of its user's properties.
    ///
    /// # Errors
    /// [`ConnectorError::ClientRefused`] when Octorate refuses the client.
    pub async fn api_login(&self, caller: &Caller) -> Result<Grant, ConnectorError> {
        match self.identity_call(caller, "api_login", "apilogin", &[]).await {
            Ok(answer) => token::of_api_login(&answer, caller.clock().now()),
            Err(IdentityError::Other(error)) => Err(error),
            Err(IdentityError::Refused(refusal)) => Err(ConnectorError::ClientRefused(refusal.status)),
        }
    }

    /// Obtains a new access token. The refresh token remains.
    pub(super) async fn refresh(&self, caller: &Caller, renewal: &SecretString) -> Result<Grant, ConnectorError> {
        let fields = [("refresh_token", renewal.expose_secret())];
        match self.identity_call(caller, "refresh", "refresh", &fields).await {
            Ok(answer) => token::of_refresh(&answer, caller.clock().now(), renewal),
            Err(IdentityError::Other(error)) => Err(error),
            Err(IdentityError::Refused(refusal)) => Err(self.cause(caller, &refusal).await),
        }
    }

    /// Finds out whether a refusal is about the grant or about our client id and secret, for which Octorate documents
    /// the same answer: makes an ApiLogin, which needs the client alone. If that is refused in the same words, the
    /// client is the cause. If that call fails, the cause is unknown.
    async fn cause(&self, caller: &Caller, refusal: &ApiError) -> ConnectorError {
        match self.identity_call(caller, "api_login", "apilogin", &[]).await {
            Err(IdentityError::Refused(login)) if login == *refusal => {
                tracing::error!(
                    status = refusal.status,
                    "Octorate refuses this server, so no connection to it works: check the client id and the client \
                     secret"
                );
                ConnectorError::ClientRefused(refusal.status)
            }
            Err(IdentityError::Other(error @ ConnectorError::Limited(_))) => error,
            // Not the error itself: `Unreachable` would say that nothing was sent.
            Err(IdentityError::Other(error)) if error.is_transient() => ConnectorError::Transient,
            _ => ConnectorError::GrantGone,
        }
    }

    async fn identity_call(
        &self,
        caller: &Caller,
        operation: &'static str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, IdentityError> {
        let url = self.endpoint(&["v1", "identity", path]);
        let client = [
            ("client_secret", self.settings.client_secret.expose_secret()),
            ("client_id", self.settings.client_id.as_str()),
        ];
        let request = Request::post_form(&url, &[&client, fields].concat()).accept(JSON);
        let answer = caller.send(operation, request).await.map_err(IdentityError::Other)?;
        match error::of_identity(&answer) {
            Some(error) => Err(error),
            None => Ok(answer),
        }
    }
}
