//! The parts of an HTTP request that the simulated APIs look at.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderName, Request, header};

const MAX_REQUEST_BYTES: usize = 64 * 1024;

pub(crate) struct HttpRequest {
    pub(crate) verb: String,
    pub(crate) content_type: Option<String>,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl HttpRequest {
    pub(crate) async fn receive(request: Request<Body>) -> Self {
        let (parts, body) = request.into_parts();
        let text = |name: HeaderName| Some(parts.headers.get(name)?.to_str().ok()?.to_owned());
        Self {
            verb: parts.method.to_string(),
            content_type: text(header::CONTENT_TYPE),
            authorization: text(header::AUTHORIZATION),
            body: to_bytes(body, MAX_REQUEST_BYTES).await.map(Into::into).unwrap_or_default(),
        }
    }

    /// Returns the content type without parameters, in lower case.
    pub(crate) fn media_type(&self) -> String {
        let content_type = self.content_type.as_deref().unwrap_or_default();
        content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.authorization.as_deref()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}
