//! The scene that a page is shown in: the app's settings, this answer's nonce, and what carried the request's session.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::Response,
};
use futures_util::Stream;
use leptos::{nonce::Nonce, prelude::AnyView};

use crate::server::{
    messages::Messages,
    pages::{Document, ListName, ProbeTicket},
    records::Progress,
    visit::SessionCredential,
    web::{
        App,
        page::{Content, PageContext, page, page_in_parts},
    },
};

/// The nonce of an answer's scripts; made by the headers layer, which also names it in the policy.
#[derive(Clone)]
pub struct PageNonce(pub Arc<str>);

pub struct PageRenderer {
    app: App,
    nonce: PageNonce,
    messages: Messages,
    cookie_probe: Option<ProbeTicket>,
    credential: Option<SessionCredential>,
}

impl PageRenderer {
    pub fn new(app: App, nonce: PageNonce, messages: Messages) -> Self {
        Self { app, nonce, messages, cookie_probe: None, credential: None }
    }

    /// What the request's session was carried by.
    pub fn credential(&self) -> Option<&SessionCredential> {
        self.credential.as_ref()
    }

    /// The page makes its visit's echo.
    pub fn with_probe(self, cookie_probe: Option<ProbeTicket>) -> Self {
        Self { cookie_probe, ..self }
    }

    pub async fn page(
        self,
        status: StatusCode,
        document: Document,
        body: impl FnOnce() -> AnyView + Send + 'static,
    ) -> Response {
        self.page_of(status, document, Content::short(body)).await
    }

    /// A page that may have many rows.
    pub async fn page_of(self, status: StatusCode, document: Document, content: Content) -> Response {
        let document = Document { cookie_probe: self.cookie_probe, ..document };
        let context = PageContext { nonce: Nonce::from_value(self.nonce.0), messages: self.messages };
        page(&self.app, status, document, context, content).await
    }

    /// A page whose content takes a while, sent in parts.
    pub async fn page_in_parts(
        self,
        document: Document,
        steps: impl Stream<Item = (ListName, Progress)> + Send + 'static,
        content: impl Future<Output = Content> + Send + 'static,
    ) -> Response {
        let document = Document { cookie_probe: self.cookie_probe, ..document };
        let context = PageContext { nonce: Nonce::from_value(self.nonce.0), messages: self.messages };
        page_in_parts(self.app, document, context, steps, content).await
    }
}

impl FromRequestParts<App> for PageRenderer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let nonce = parts.extensions.get::<PageNonce>().cloned().unwrap_or_else(|| PageNonce("".into()));
        let messages = parts.extensions.get::<Messages>().copied().unwrap_or_default();
        Ok(Self { credential: parts.extensions.get().cloned(), ..Self::new(app.clone(), nonce, messages) })
    }
}
