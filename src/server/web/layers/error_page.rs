//! Renders the page of an error.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, Uri, header},
    response::Response,
};

use super::log::RequestId;
use crate::server::messages::Messages;
use crate::server::{
    ids::VisitId,
    pages::{self, Document, error::ErrorLinks, login::Login},
    urls::{VisitUrl, visit_of},
    web::{
        App,
        error::{Error, ErrorPage},
        extract::{PageNonce, PageRenderer, VisitParam},
        script,
    },
};

/// What the page of an error needs to know about the request.
pub struct ErrorContext {
    request_id: Option<RequestId>,
    /// The address that the page's script puts in place of the request's. `None` leaves the address.
    address: Option<String>,
    /// Where the page's link leads.
    next: String,
    messages: Messages,
}

impl ErrorContext {
    pub fn of(request: &Request) -> Self {
        Self {
            request_id: request.extensions().get::<RequestId>().cloned(),
            address: clean_address(request.method(), request.uri()),
            next: next_page(request.uri().path()),
            messages: request.extensions().get::<Messages>().copied().unwrap_or_default(),
        }
    }

    /// Returns the page with its status, and with these headers of the response that it replaces: `Allow`,
    /// `Retry-After`, and a new session credential. `visit`: the id of the open visit, which the page can offer to
    /// sign out of.
    pub async fn render(
        self,
        app: &App,
        nonce: PageNonce,
        error: &Error,
        visit: Option<VisitId>,
        replaced: &HeaderMap,
    ) -> Response {
        let Self { request_id, address, next, messages } = self;
        let renderer = PageRenderer::new(app.clone(), nonce, messages);
        let at = |document: Document| Document { address, ..document };
        let (status, page) = error.answer();
        let mut response = match page {
            ErrorPage::Login(notice) => {
                let login = Login::direct(notice);
                renderer.page(status, at(pages::login::document(&login)), move || pages::login::body(login)).await
            }
            ErrorPage::Unavailable(reason) => {
                let document = at(pages::unavailable::document(true));
                renderer.page(status, document, move || pages::unavailable::body(reason)).await
            }
            ErrorPage::NotFound => {
                renderer.page(status, at(pages::not_found::document()), move || pages::not_found::body(next)).await
            }
            ErrorPage::Error(error) => {
                let (links, id) = (ErrorLinks { next, sign_out: visit }, request_id.map(|id| id.0));
                let document = at(pages::error::document(&error));
                renderer.page(status, document, move || pages::error::body(error, links, id)).await
            }
        };
        for name in [header::ALLOW, header::RETRY_AFTER, header::SET_COOKIE, script::BEARER] {
            for value in replaced.get_all(&name) {
                response.headers_mut().append(name.clone(), value.clone());
            }
        }
        response
    }
}

/// Returns the address to show for an error's page: a query may contain a code, and the address of a post can't be
/// reloaded. `None` if the address can stay. Paths with characters that none of our addresses has become `/`.
fn clean_address(method: &Method, uri: &Uri) -> Option<String> {
    let path = uri.path();
    let is_plain = path.starts_with('/') && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_.~".contains(&b));
    let page = match (method, visit_of(path)) {
        (&Method::GET, _) if uri.query().is_none() => return None,
        (&Method::GET, _) => path.to_owned(),
        // A post below a visit becomes the visit.
        (_, Some(visit)) => VisitUrl::Home.of(&visit),
        _ => "/login".to_owned(),
    };
    Some(if is_plain && !page.starts_with("//") { page } else { "/".to_owned() })
}

/// Returns the visit in the address, or the start page. The link does not reveal whether there is such a visit.
fn next_page(path: &str) -> String {
    VisitParam::of_path(path).map_or_else(|| "/".to_owned(), |id| VisitUrl::Home.of(&id))
}
