//! An authorization request: which connection Syncaroo's user wants approved, and where the browser goes afterward.

use super::ConnectionId;
use crate::server::config::SyncarooProvider;

/// The only response type.
const CODE: &str = "code";

/// A request whose client and redirect address are registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    pub connection_id: ConnectionId,
    client_id: String,
    redirect_uri: String,
}

/// Why a request is refused. The browser is not redirected: the address may be an attacker's (RFC 6749, section
/// 4.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AuthorizationError(&'static str);

impl AuthorizationRequest {
    /// Reads the parameters. `one` returns the value of one that occurs exactly once.
    ///
    /// # Errors
    /// When client, address, type or connection are not as registered.
    pub fn read<'a>(
        settings: &SyncarooProvider,
        one: impl Fn(&str) -> Option<&'a str>,
    ) -> Result<Self, AuthorizationError> {
        let refused = |why| Err(AuthorizationError(why));
        let Some(client_id) = one("clientId").filter(|id| *id == settings.client_id) else {
            return refused("clientId is missing or unknown");
        };
        let Some(redirect_uri) = one("redirectUri").and_then(|uri| registered(settings, uri)) else {
            return refused("redirectUri is missing or not registered");
        };
        if one("responseType") != Some(CODE) {
            return refused("responseType is missing or not code");
        }
        let Some(connection_id) = one("connectionId").and_then(ConnectionId::parse) else {
            return refused("connectionId is missing or not a decimal number");
        };
        Ok(Self { connection_id, client_id: client_id.to_owned(), redirect_uri: redirect_uri.to_owned() })
    }

    /// Returns the parameters of the request, for a link or a form that leads back to it.
    pub fn parameters(&self) -> [(&'static str, String); 4] {
        [
            ("connectionId", self.connection_id.to_string()),
            ("clientId", self.client_id.clone()),
            ("redirectUri", self.redirect_uri.clone()),
            ("responseType", CODE.to_owned()),
        ]
    }

    /// The registered address that the browser returns to.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }
}

/// Returns the registered address that equals `uri`.
pub(super) fn registered<'a>(settings: &'a SyncarooProvider, uri: &str) -> Option<&'a str> {
    settings.redirect_uris.iter().map(String::as_str).find(|known| *known == uri)
}

/// Returns the address that a browser is redirected to, with one more parameter. `value` needs no escaping.
pub(super) fn redirect(uri: &str, connection_id: ConnectionId, name: &str, value: &str) -> String {
    let separator = match uri.chars().last() {
        Some('?' | '&') => "",
        _ if uri.contains('?') => "&",
        _ => "?",
    };
    format!("{uri}{separator}connectionId={connection_id}&{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_appended_to_a_query_that_the_address_already_has() {
        let id = ConnectionId::parse("99").unwrap();
        for (uri, start) in [
            ("https://a.example/connection", "https://a.example/connection?"),
            ("https://a.example/connection?tenant=1", "https://a.example/connection?tenant=1&"),
            ("https://a.example/connection?", "https://a.example/connection?"),
            ("https://a.example/connection?a=1&", "https://a.example/connection?a=1&"),
        ] {
            assert_eq!(redirect(uri, id, "code", "x"), format!("{start}connectionId=99&code=x"));
        }
    }
}
