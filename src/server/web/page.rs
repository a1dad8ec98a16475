//! One way to answer with a page: a status, what the shell has to know, and the view that stands in it, rendered by Leptos here and now,
//! or, where it takes a while, as soon as it is there. Long pages are rendered beside the async workers.

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
        Document, Files, ListName, progress_step, shell,
        unavailable::{self, Unavailable},
    },
    records::Progress,
    web::{App, error::Error, offload::FEW},
};

/// What views are rendered with: the nonce of the answer's scripts, and the messages in the request's language.
#[derive(Clone)]
pub struct PageContext {
    pub nonce: Nonce,
    pub messages: Messages,
}

impl PageContext {
    fn provide(self) {
        provide_context(self.nonce);
        provide_context(self.messages);
    }
}

/// Where in a page's frame its content stands; nothing that is shown has it (it is no character).
const HERE: &str = "\u{FDD0}";

/// What stands in a page: how its view is made, which is done only where the page is rendered, and for whom that takes a
/// while.
pub struct Content {
    /// The account whose long page it is; none of a short one.
    long_for: Option<String>,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Content {
    pub fn short(view: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        Self { long_for: None, view: Box::new(view) }
    }

    /// With at most so many rows. `account`: who looks at it, by id.
    pub fn new(account: &str, rows: usize, view: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        if rows > FEW { Self::long(account, view) } else { Self::short(view) }
    }

    /// With as many rows as only making the view tells.
    pub fn long(account: &str, view: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        Self { long_for: Some(account.to_owned()), view: Box::new(view) }
    }
}

/// Renders a page whose content takes a while: what stands around it is sent at once, then a line for each step on the way, at last the
/// content. All of it works without script: of the lines the style sheet shows the last, and none once the content is there.
pub async fn page_in_parts(
    app: App,
    document: Document,
    context: PageContext,
    steps: impl Stream<Item = (ListName, Progress)> + Send + 'static,
    content: impl Future<Output = Content> + Send + 'static,
) -> Response {
    let around = page(&app, StatusCode::OK, document, context.clone(), Content::short(|| HERE.into_any())).await;
    let (mut parts, body) = around.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let whole = String::from_utf8_lossy(&bytes).into_owned();
    let (before, after) = whole.rsplit_once(HERE).map(|(b, a)| (b.to_owned(), a.to_owned())).unwrap_or_default();
    let begin = format!("{before}<div class=\"progress\" role=\"status\">");
    let step_context = context.clone();
    let steps = steps.map(move |(list, progress)| {
        let context = step_context.clone();
        Ok(fragment(context, || progress_step(&list, progress)))
    });
    let end = once(async move {
        let content = content.await;
        let rest = context.clone();
        let html = move || fragment(context, content.view);
        let html = match content.long_for {
            None => html(),
            // The answer has begun with 200: it can still say that there is too much to do, or else only break off.
            Some(account) => match app.offload(&account, html).await {
                Err(Error::Busy { .. }) => fragment(rest, || unavailable::body(Unavailable::Busy)),
                done => done.map_err(|_| std::io::Error::other("a page broke off"))?,
            },
        };
        Ok(format!("</div>{html}{after}"))
    });
    let all = once(async { Ok::<_, std::io::Error>(begin) }).chain(steps).chain(end);
    parts.headers.remove(header::CONTENT_LENGTH);
    // A proxy that collects answers would keep the steps back (nginx, ngx_http_proxy_module).
    parts.headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Response::from_parts(parts, Body::from_stream(all))
}

/// A piece of a page, by itself.
fn fragment(context: PageContext, view: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| {
        context.provide();
        view().to_html()
    })
}

/// Renders a page; a long one beside the async workers.
pub async fn page(
    app: &App,
    status: StatusCode,
    document: Document,
    context: PageContext,
    content: Content,
) -> Response {
    let assets = &app.assets;
    let files = Files { style: assets.style.clone(), frame: assets.frame.clone(), islands: assets.options.clone() };
    let rendered = rendered(status, document, files, context, content.view);
    let Some(account) = content.long_for else { return rendered.await };
    // Leptos keeps what it renders with by thread: the whole of a page is rendered on one.
    let runtime = Handle::current();
    app.offload(&account, move || runtime.block_on(rendered)).await.unwrap_or_else(Error::into_response)
}

/// The answer's address plays no part: only islands are hydrated, and they don't ask for it.
async fn rendered(
    status: StatusCode,
    document: Document,
    files: Files,
    context: PageContext,
    body: impl FnOnce() -> AnyView + Send + 'static,
) -> Response {
    let context = move || context.clone().provide();
    let view = move || shell(document, files, body());
    let rendered = leptos_axum::handle_response_inner(context, view, Request::new(Body::empty()), |app, chunks, _| {
        let whole = app.to_html();
        Box::pin(async move {
            let rest = chunks().collect::<String>().await;
            Box::pin(once(async move { whole + &rest })) as _
        })
    });
    // There is nothing to wait for in these pages, so they are sent in one piece, with their length. They are not
    // compressed: a page holds a ticket and reflected input, and its length would let an attacker guess (BREACH).
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

    /// On which thread the content of a page is made.
    fn telling(rows: usize) -> (Content, mpsc::Receiver<ThreadId>) {
        let (tell, told) = mpsc::channel();
        let view = move || {
            tell.send(thread::current().id()).unwrap();
            "here".into_any()
        };
        (Content::new("account", rows, view), told)
    }

    #[tokio::test]
    async fn a_long_page_is_rendered_beside_the_async_workers_and_a_short_one_where_it_was_asked_for() {
        let app = TestApp::start().await.app;
        // This runtime has one thread, the test's own.
        let worker = thread::current().id();
        let document = || Document::new("home", "Home".to_owned());
        for (rows, beside) in [(0, false), (FEW, false), (FEW + 1, true), (usize::MAX, true)] {
            let context = || PageContext { nonce: Nonce::from_value("n"), messages: Messages::default() };
            let (content, told) = telling(rows);
            let whole = page(&app, StatusCode::OK, document(), context(), content).await;
            let whole = to_bytes(whole.into_body(), usize::MAX).await.unwrap();
            assert!(String::from_utf8_lossy(&whole).contains("here"));
            assert_eq!(told.recv().unwrap() != worker, beside, "{rows} rows");
            let (content, told) = telling(rows);
            let steps = futures_util::stream::empty();
            let parts = page_in_parts(app.clone(), document(), context(), steps, async { content }).await;
            let parts = to_bytes(parts.into_body(), usize::MAX).await.unwrap();
            assert!(String::from_utf8_lossy(&parts).contains("here"));
            assert_eq!(told.recv().unwrap() != worker, beside, "{rows} rows, in parts");
        }
    }

    #[tokio::test]
    async fn an_account_that_asks_for_too_much_is_told_so_also_in_a_page_that_has_begun() {
        let app = TestApp::start().await.app;
        let mut stop = Vec::new();
        for _ in 0..4 {
            let (tell, told) = mpsc::channel::<()>();
            stop.push(tell);
            let app = app.clone();
            tokio::spawn(async move { app.offload("account", move || told.recv().is_err()).await });
        }
        tokio::task::yield_now().await;
        let context = || PageContext { nonce: Nonce::from_value("n"), messages: Messages::default() };
        let content = Content::long("account", || "here".into_any());
        let document = || Document::new("home", "Home".to_owned());
        let whole = page(&app, StatusCode::OK, document(), context(), content);
        let content = Content::long("account", || "here".into_any());
        let steps = futures_util::stream::empty();
        let parts = async {
            let parts = page_in_parts(app.clone(), document(), context(), steps, async { content }).await;
            to_bytes(parts.into_body(), usize::MAX).await.unwrap()
        };
        let (whole, parts) = tokio::join!(whole, parts);
        assert_eq!(whole.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(whole.headers()[header::RETRY_AFTER], "2");
        let parts = String::from_utf8_lossy(&parts);
        assert!(parts.contains("Too many requests") && parts.contains("</html>"), "{parts}");
    }
}
