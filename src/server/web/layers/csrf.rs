//! Refuses posts that another site made. tower-http checks `Sec-Fetch-Site`, or `Origin` where that is missing. A
//! request with a cookie and neither header does not come from a browser, and is refused as well.

use axum::{
    extract::Request,
    http::{Method, Response as HttpResponse, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::csrf::{ConfigError, CsrfLayer, ProtectionError};

use crate::server::web::{cookies, error::Error};

type Refuse = fn(ProtectionError) -> HttpResponse<axum::body::Body>;

/// # Errors
/// When `public_origin` is not an origin.
pub fn layer(public_origin: &str) -> Result<CsrfLayer<Refuse>, ConfigError> {
    let refuse: Refuse = |_| Error::CrossSite.into_response();
    Ok(CsrfLayer::new().add_trusted_origin(public_origin)?.with_rejection_response(refuse))
}

/// Refuses a change with a cookie and neither `Sec-Fetch-Site` nor `Origin`. No known browser sends that (threat T18).
pub async fn require_origin(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    let has_origin = headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN);
    if !is_read && !has_origin && cookies::any(headers) {
        return Error::CrossSite.into_response();
    }
    next.run(request).await
}
