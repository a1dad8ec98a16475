//! Adds the headers that every response has, and renders the pages of errors. Draws the nonce of a response's scripts,
//! because the policy names it.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::error_page::ErrorContext;
use crate::server::messages::Messages;
use crate::server::web::{
    App, assets,
    error::Error,
    extract::{Framing, PageNonce, TopLevel},
};

pub async fn headers(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let nonce = PageNonce(Arc::from(app.core.rng.id()));
    request.extensions_mut().insert(nonce.clone());
    let languages = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let messages = Messages::for_request(languages);
    request.extensions_mut().insert(messages);
    let framing = Framing::default();
    request.extensions_mut().insert(framing.clone());
    let context = ErrorContext::of(&request);
    let path = request.uri().path().to_owned();
    let is_head = request.method() == Method::HEAD;
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<Error>()
        && !is_head
    {
        let replaced = std::mem::take(response.headers_mut());
        response = context.render(&app, nonce.clone(), &error, framing.visit_id(), &replaced).await;
    }
    let top_level = response.extensions_mut().remove::<TopLevel>();
    let cache = cache_control(&path, response.status());
    let headers = response.headers_mut();
    put(headers, header::CACHE_CONTROL, cache);
    put(headers, header::REFERRER_POLICY, "no-referrer");
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let (ancestors, form_targets) = match &top_level {
        Some(TopLevel { form_target }) => ("'none'".to_owned(), form_target.as_str()),
        // On every page: the frame's script shows the page of connections in the document of an earlier one, whose
        // policy stays.
        None => (framing.frame_ancestors(&app.config.access.frame_ancestors), app.form_target.as_str()),
    };
    put(headers, header::CONTENT_SECURITY_POLICY, &policy(&nonce.0, &ancestors, form_targets));
    put(headers, HeaderName::from_static("permissions-policy"), NO_FEATURES);
    put(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    // Files contain no personal data, and a sandboxed frame, whose origin is opaque, needs them to show an error.
    let readers = if cache == "no-store" { "same-origin" } else { "cross-origin" };
    put(headers, HeaderName::from_static("cross-origin-resource-policy"), readers);
    if app.config.listen.public_url.https {
        put(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

/// Site files are cached: for a year if their name has a hash, else for an hour. Everything else depends on a session.
fn cache_control(path: &str, status: StatusCode) -> &'static str {
    let is_success = status.is_success() || status == StatusCode::NOT_MODIFIED;
    let is_file = !path.starts_with("/v/") && path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match () {
        () if is_success && assets::is_immutable(path) => "public, max-age=31536000, immutable",
        () if is_success && is_file => "public, max-age=3600",
        () => "no-store",
    }
}

/// Features of browsers that no page uses. Those that are off by default in a cross-site frame, such as
/// `clipboard-write` and `storage-access`, are listed too, so that a frame inside the page can't get them either.
const NO_FEATURES: &str = "accelerometer=(), autoplay=(), bluetooth=(), camera=(), clipboard-read=(), \
    clipboard-write=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), \
    gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), \
    microphone=(), midi=(), otp-credentials=(), payment=(), picture-in-picture=(), publickey-credentials-create=(), \
    publickey-credentials-get=(), screen-wake-lock=(), serial=(), storage-access=(), usb=(), web-share=(), \
    window-management=(), xr-spatial-tracking=()";

/// Returns the content security policy: no scripts but ours, no third parties, framed only by `ancestors`. Forms may
/// also redirect to `form_target`, which may be empty.
fn policy(nonce: &str, ancestors: &str, form_target: &str) -> String {
    let form_action = format!("'self' {form_target}");
    let form_action = form_action.trim_end();
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; object-src 'none'; form-action {form_action}; base-uri 'none'; frame-ancestors {ancestors}"
    )
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
