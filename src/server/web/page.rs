//! Renders pages with Leptos: at once, or in parts while their content is loading. Long pages are rendered off the
//! async workers.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, StreamExt, stream::once};
use leptos::{
    nonce::Nonce,
    prelude::{AnyView, IntoAny, Owner, RenderHtml, provide_context},
};
use tokio::runtime::Handle;

use crate::server::{
    messages::Messages,
    pages::{
        Document, Files, HasConnections, progress_step, shell,
        unavailable::{self, Unavailable},
    },
    records::{ListName, Progress},
    web::{App, error::Error, limits::SHORT_PAGE_ROWS},
};

/// Marks the place of the content in a page's frame. It is a noncharacter, so no shown text contains it.
const PLACEHOLDER: &str = "\u{FDD0}";

/// What views are rendered with: the nonce of the response's scripts, the messages in the request's language, and what
/// the navigation links to.
#[derive(Clone)]
pub struct PageContext {
    pub nonce: Nonce,
    pub messages: Messages,
    /// Whether any system is on that an account connects to.
    pub connects: bool,
}

impl PageContext {
    fn provide(self) {
        provide_context(self.nonce);
        provide_context(self.messages);
        provide_context(HasConnections(self.connects));
    }
}

/// The content of a page. Its view is built where the page is rendered.
pub struct Content {
    /// For a long page, the id of the account or browser session that requested it.
    long_for: Option<String>,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Content {
    pub fn short(view: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        Self { long_for: None, view: Box::new(view) }
    }

    /// Content with up to `rows` rows, requested by the account or browser session with this id.
    pub fn new(account: impl AsRef<str>, rows: usize, view: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        if rows > SHORT_PAGE_ROWS { Self::long(account, view) } else { Self::short(view) }
    }

    /// Content whose number of rows is not known.
    pub fn long(account: impl AsRef<str>, view: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        Self { long_for: Some(account.as_ref().to_owned()), view: Box::new(view) }
    }
}

/// Renders a page whose content is loading. Sends its frame at once, then each line that shows the progress, then the
/// content. This works without script: the style sheet shows only the last line, and none after the content.
pub async fn render_in_parts(
    app: App,
    document: Document,
    context: PageContext,
    progress: impl Stream<Item = (ListName, Progress)> + Send + 'static,
    content: impl Future<Output = Content> + Send + 'static,
) -> Response {
    let placeholder = Content::short(|| PLACEHOLDER.into_any());
    let frame = render(&app, StatusCode::OK, document, context.clone(), placeholder).await;
    let (mut parts, body) = frame.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let frame = String::from_utf8_lossy(&bytes).into_owned();
    let (before, after) = frame.rsplit_once(PLACEHOLDER).map(|(b, a)| (b.to_owned(), a.to_owned())).unwrap_or_default();
    let begin = format!("{before}<div class=\"progress\" role=\"status\">");
    let line_context = context.clone();
    let lines = progress.map(move |(list, progress)| {
        let context = line_context.clone();
        Ok(fragment(context, || progress_step(&list, progress)))
    });
    let end = once(async move {
        let content = content.await;
        let rest = context.clone();
        let html = move || fragment(context, content.view);
        let html = match content.long_for {
            None => html(),
            // The response has started with 200. It can still say that the server is busy; any other error ends it.
            Some(account) => match app.offload(&account, html).await {
                Err(Error::Busy { .. }) => fragment(rest, || unavailable::body(Unavailable::Busy)),
                result => result.map_err(|_| std::io::Error::other("could not render the page"))?,
            },
        };
        Ok(format!("</div>{html}{after}"))
    });
    let all = once(async { Ok::<_, std::io::Error>(begin) }).chain(lines).chain(end);
    parts.headers.remove(header::CONTENT_LENGTH);
    // Keeps nginx from buffering the response (ngx_http_proxy_module).
    parts.headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Response::from_parts(parts, Body::from_stream(all))
}

/// Renders a part of a page.
fn fragment(context: PageContext, view: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| {
        context.provide();
        view().to_html()
    })
}

/// Renders a page; a long one off the async workers.
pub async fn render(
    app: &App,
    status: StatusCode,
    document: Document,
    context: PageContext,
    content: Content,
) -> Response {
    let assets = &app.assets;
    let files = Files { style: assets.style.clone(), frame: assets.frame.clone(), islands: assets.options.clone() };
    let rendering = render_here(status, document, files, context, content.view);
    let Some(account) = content.long_for else { return rendering.await };
    // Leptos keeps its context by thread, so one thread renders the whole page.
    let runtime = Handle::current();
    app.offload(&account, move || runtime.block_on(rendering)).await.unwrap_or_else(Error::into_response)
}

/// The rendering does not depend on the request's address: only islands are hydrated, and they don't use it.
async fn render_here(
    status: StatusCode,
    document: Document,
    files: Files,
    context: PageContext,
    body: impl FnOnce() -> AnyView + Send + 'static,
) -> Response {
    let context = move || context.clone().provide();
    let view = move || shell(document, files, body());
    let rendered = leptos_axum::handle_response_inner(context, view, Request::new(Body::empty()), |app, chunks, _| {
        let html = app.to_html();
        Box::pin(async move {
            let rest = chunks().collect::<String>().await;
            Box::pin(once(async move { html + &rest })) as _
        })
    });
    // These pages have nothing to wait for, so they are sent in one piece, with their length. They are not
    // compressed: a page contains a ticket and reflected input, and its compressed length would let an attacker guess
    // (BREACH).
    let (parts, body) = rendered.await.into_parts();
    let mut response = match to_bytes(body, usize::MAX).await {
        Ok(bytes) => Response::from_parts(parts, Body::from(bytes)),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use std::{
        sync::mpsc,
        thread::{self, ThreadId},
    };

    use super::*;
    use crate::tests::app::TestApp;

    /// Returns content that reports the thread on which its view is built.
    fn reporting(rows: usize) -> (Content, mpsc::Receiver<ThreadId>) {
        let (send, thread) = mpsc::channel();
        let view = move || {
            send.send(thread::current().id()).unwrap();
            "here".into_any()
        };
        (Content::new("account", rows, view), thread)
    }

    #[tokio::test]
    async fn a_long_page_is_rendered_off_the_async_workers_and_a_short_one_on_them() {
        let app = TestApp::start().await.app;
        // This runtime has one thread, the test's own.
        let worker = thread::current().id();
        let document = || Document::new("home", "Home".to_owned());
        for (rows, offloaded) in [(0, false), (SHORT_PAGE_ROWS, false), (SHORT_PAGE_ROWS + 1, true), (usize::MAX, true)]
        {
            let context =
                || PageContext { nonce: Nonce::from_value("n"), messages: Messages::default(), connects: false };
            let (content, thread) = reporting(rows);
            let whole = render(&app, StatusCode::OK, document(), context(), content).await;
            let whole = to_bytes(whole.into_body(), usize::MAX).await.unwrap();
            assert!(String::from_utf8_lossy(&whole).contains("here"));
            assert_eq!(thread.recv().unwrap() != worker, offloaded, "{rows} rows");
            let (content, thread) = reporting(rows);
            let lines = futures_util::stream::empty();
            let parts = render_in_parts(app.clone(), document(), context(), lines, async { content }).await;
            let parts = to_bytes(parts.into_body(), usize::MAX).await.unwrap();
            assert!(String::from_utf8_lossy(&parts).contains("here"));
            assert_eq!(thread.recv().unwrap() != worker, offloaded, "{rows} rows, in parts");
        }
    }

    #[tokio::test]
    async fn an_account_with_too_many_requests_gets_that_page_even_after_the_response_has_started() {
        let app = TestApp::start().await.app;
        let mut stop = Vec::new();
        for _ in 0..4 {
            let (running, stopped) = mpsc::channel::<()>();
            stop.push(running);
            let app = app.clone();
            tokio::spawn(async move { app.offload("account", move || stopped.recv().is_err()).await });
        }
        tokio::task::yield_now().await;
        let context = || PageContext { nonce: Nonce::from_value("n"), messages: Messages::default(), connects: false };
        let content = Content::long("account", || "here".into_any());
        let document = || Document::new("home", "Home".to_owned());
        let whole = render(&app, StatusCode::OK, document(), context(), content);
        let content = Content::long("account", || "here".into_any());
        let lines = futures_util::stream::empty();
        let parts = async {
            let parts = render_in_parts(app.clone(), document(), context(), lines, async { content }).await;
            to_bytes(parts.into_body(), usize::MAX).await.unwrap()
        };
        let (whole, parts) = tokio::join!(whole, parts);
        assert_eq!(whole.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(whole.headers()[header::RETRY_AFTER], "2");
        let parts = String::from_utf8_lossy(&parts);
        assert!(parts.contains("Too many requests") && parts.contains("</html>"), "{parts}");
    }
}
