//! One way to answer with a page: a status, what the shell has to know, and the view that stands in it, rendered by Leptos here and now.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream::once};
use leptos::{
    nonce::Nonce,
    prelude::{AnyView, RenderHtml, provide_context},
};

use super::assets::Assets;
use crate::server::pages::{Document, Files, shell};

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
