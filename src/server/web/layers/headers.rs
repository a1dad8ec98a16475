//! The headers that every answer carries, whatever made it, and the dressing of bare errors as pages. The nonce of an answer's scripts
//! is made here, because the policy names it.

use crate::server::urls::{VisitUrl, visit_of};
use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header},
    middleware::Next,
    response::Response,
};

use crate::server::web::layers::log::RequestId;
use crate::server::{
    messages::Messages,
    pages::{self, Document, error::ErrorLinks},
    web::{
        App, assets,
        error::{Error, Shown},
        extract::{Framing, PageNonce, PageRenderer, VisitId},
        script,
    },
};

pub async fn headers(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let nonce = PageNonce(Arc::from(app.core.rng.id()));
    request.extensions_mut().insert(nonce.clone());
    let languages = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let messages = Messages::for_request(languages);
    request.extensions_mut().insert(messages);
    let framing = Framing::default();
    request.extensions_mut().insert(framing.clone());
    let id = request.extensions().get::<RequestId>().cloned();
    let path = request.uri().path().to_owned();
    let address = own_address(request.method(), request.uri());
    let bodiless = request.method() == Method::HEAD;
    let mut response = next.run(request).await;
    if let Some(error) = response.extensions_mut().remove::<Error>()
        && !bodiless
    {
        let links = ErrorLinks { next: start(&path), sign_out: framing.visit() };
        let renderer = PageRenderer::new(app.clone(), nonce.clone(), messages);
        response = dress(renderer, &error, (address, links), id, response).await;
    }
    let success = response.status().is_success() || response.status() == axum::http::StatusCode::NOT_MODIFIED;
    let cache = match () {
        () if success && assets::is_immutable(&path) => "public, max-age=31536000, immutable",
        () if success && !path.starts_with("/v/") && path.rsplit('/').next().is_some_and(|file| file.contains('.')) => {
            "public, max-age=3600"
        }
        () => "no-store",
    };
    let headers = response.headers_mut();
    put(headers, header::CACHE_CONTROL, cache);
    put(headers, header::REFERRER_POLICY, "no-referrer");
    put(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let ancestors = framing.narrowed(&app.config.access.frame_ancestors);
    put(headers, header::CONTENT_SECURITY_POLICY, &policy(&nonce.0, &ancestors));
    put(headers, HeaderName::from_static("permissions-policy"), NO_FEATURES);
    put(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    // Files hold nothing of anybody, and a sandboxed frame, whose origin is opaque, needs them to say what is wrong.
    let readers = if cache == "no-store" { "same-origin" } else { "cross-origin" };
    put(headers, HeaderName::from_static("cross-origin-resource-policy"), readers);
    if app.config.listen.public_url.https {
        put(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

/// What a browser could offer a page, and this one has no use for. `clipboard-write`, `storage-access` and what else is off by default in
/// a cross-site frame is named too: a frame in a frame gets none of it either.
const NO_FEATURES: &str = "accelerometer=(), autoplay=(), bluetooth=(), camera=(), clipboard-read=(), clipboard-write=(), \
    display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), \
    identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), otp-credentials=(), \
    payment=(), picture-in-picture=(), publickey-credentials-create=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), \
    storage-access=(), usb=(), web-share=(), window-management=(), xr-spatial-tracking=()";

/// No script but ours and the page's own, no third party, framed only by those who may.
fn policy(nonce: &str, ancestors: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    )
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

/// What the address of an error's page is replaced by: a query may hold a code, and where a form was posted to can't be asked for again.
/// None where the address is good, or of characters that no address of ours has.
fn own_address(method: &Method, uri: &Uri) -> Option<String> {
    let path = uri.path();
    let plain = path.starts_with('/') && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b));
    let page = match (method, visit_of(path)) {
        (&Method::GET, _) if uri.query().is_none() => return None,
        (&Method::GET, _) => path.to_owned(),
        // Of what is posted to below a visit: the visit.
        (_, Some(visit)) => VisitUrl::Home.of(visit),
        _ => "/login".to_owned(),
    };
    Some(if plain && !page.starts_with("//") { page } else { "/".to_owned() })
}

/// Where somebody starts over: at the visit that the address is below. Whether it is theirs is for its own answer to say, so nothing is
/// told of it here.
fn start(path: &str) -> String {
    VisitId::of_path(path).map_or_else(|| "/".to_owned(), |id| VisitUrl::Home.of(id))
}

/// The page of an error, with the status and the headers that it came with: `Allow`, `Retry-After`, and what carries the session from now on.
async fn dress(
    renderer: PageRenderer,
    error: &Error,
    (address, links): (Option<String>, ErrorLinks),
    id: Option<RequestId>,
    bare: Response,
) -> Response {
    let status = error.status();
    let at = |document: Document| Document { address, ..document };
    let mut page = match error.shown() {
        Shown::Login(notice) => {
            let login = pages::login::Login::direct(notice);
            renderer.page(status, at(pages::login::document(&login)), move || pages::login::body(login)).await
        }
        Shown::Unavailable(what) => {
            let document = at(pages::unavailable::document(true));
            renderer.page(status, document, move || pages::unavailable::body(what)).await
        }
        Shown::NotFound => {
            renderer.page(status, at(pages::not_found::document()), move || pages::not_found::body(links.next)).await
        }
        Shown::Error(error) => {
            let id = id.map(|id| id.0);
            renderer
                .page(status, at(pages::error::document(&error)), move || pages::error::body(error, links, id))
                .await
        }
    };
    for name in [header::ALLOW, header::RETRY_AFTER, header::SET_COOKIE, script::BEARER] {
        for value in bare.headers().get_all(&name) {
            page.headers_mut().append(name.clone(), value.clone());
        }
    }
    page
}
