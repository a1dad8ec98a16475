//! One way to answer with a page: a status, what the shell has to know, and the view that stands in it, rendered by Leptos here and now,
//! or, where it takes a while, as soon as it is there.

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

use super::assets::Assets;
use crate::server::pages::{Document, Files, shell, step};

/// Where in a page's frame its content stands; nothing that is shown has it (it is no character).
const HERE: &str = "\u{FDD0}";

/// Renders a page whose content takes a while: what stands around it is sent at once, then a line for each step on the way, at last the
/// content. All of it works without script: of the lines the style sheet shows the last, and none once the content is there.
pub async fn page_in_parts(
    document: Document,
    assets: &Assets,
    nonce: Nonce,
    steps: impl Stream<Item = String> + Send + 'static,
    content: impl Future<Output = AnyView> + Send + 'static,
) -> Response {
    let around = page(StatusCode::OK, document, assets, nonce, || HERE.into_any()).await;
    let (mut parts, body) = around.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let whole = String::from_utf8_lossy(&bytes).into_owned();
    let (before, after) = whole.rsplit_once(HERE).map(|(b, a)| (b.to_owned(), a.to_owned())).unwrap_or_default();
    let begin = format!("{before}<div class=\"steps-on-the-way\" role=\"status\">");
    let steps = steps.map(|line| fragment(|| step(line)));
    let end = once(async move {
        let view = content.await;
        format!("</div>{}{after}", fragment(|| view))
    });
    let all = once(async { begin }).chain(steps).chain(end).map(Ok::<_, std::convert::Infallible>);
    parts.headers.remove(header::CONTENT_LENGTH);
    // A proxy that collects answers would keep the steps back (nginx, ngx_http_proxy_module).
    parts.headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Response::from_parts(parts, Body::from_stream(all))
}

/// A piece of a page, by itself.
fn fragment(view: impl FnOnce() -> AnyView) -> String {
    Owner::new().with(|| view().to_html())
}

/// Renders a page. The answer's address plays no part: only islands are hydrated, and they don't ask for it.
pub async fn page(
    status: StatusCode,
    document: Document,
    assets: &Assets,
    nonce: Nonce,
    body: impl FnOnce() -> AnyView + Send + 'static,
) -> Response {
    let files = Files { style: assets.style.clone(), frame: assets.frame.clone(), islands: assets.options.clone() };
    let context = move || provide_context(nonce.clone());
    let view = move || shell(document, files, body());
    let rendered = leptos_axum::handle_response_inner(context, view, Request::new(Body::empty()), |app, chunks, _| {
        let whole = app.to_html();
        Box::pin(async move {
            let rest = chunks().collect::<String>().await;
            Box::pin(once(async move { whole + &rest })) as _
        })
    });
    // There is nothing to wait for in these pages, so they are sent in one piece, with their length.
    let (parts, body) = rendered.await.into_parts();
    let mut response = match to_bytes(body, usize::MAX).await {
        Ok(bytes) => Response::from_parts(parts, Body::from(bytes)),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    *response.status_mut() = status;
    response
}
