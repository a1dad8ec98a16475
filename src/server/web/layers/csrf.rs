//! Posts that another site made are refused. `Sec-Fetch-Site` is judged first, `Origin` where it is missing (tower-http); what has
//! neither is no browser's, and then it has no business with a cookie.

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
/// When the public origin is none; the settings have seen to it that it is one.
pub fn layer(public_origin: &str) -> Result<CsrfLayer<Refuse>, ConfigError> {
    let refuse: Refuse = |_| Error::CrossSite.into_response();
    Ok(CsrfLayer::new().add_trusted_origin(public_origin)?.with_rejection_response(refuse))
}

/// A change with a cookie and neither `Sec-Fetch-Site` nor `Origin`: no browser that we know sends that (threat T18).
pub async fn unsigned(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    let unsigned = !headers.contains_key("sec-fetch-site") && !headers.contains_key(header::ORIGIN);
    if !reads && unsigned && cookies::any(headers) {
        return Error::CrossSite.into_response();
    }
    next.run(request).await
}
