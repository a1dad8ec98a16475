//! The origins, besides our own, that the forms of a page redirect to. Chromium applies `form-action` to redirects,
//! too, also with `target="_blank"`.

use axum::response::{IntoResponseParts, ResponseParts};
use url::Url;

/// A handler adds it to its response; the headers layer puts it into the policy.
#[derive(Debug, Clone, Default)]
pub struct FormTargets(String);

impl FormTargets {
    /// Returns the origins of these addresses.
    pub fn of<'a>(addresses: impl IntoIterator<Item = &'a Url>) -> Self {
        Self(addresses.into_iter().map(|url| format!(" {}", url.origin().ascii_serialization())).collect())
    }

    /// Returns the sources of `form-action` besides `'self'`, each with a space before it.
    pub fn sources(&self) -> &str {
        &self.0
    }
}

impl IntoResponseParts for FormTargets {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}
