//! Renders the page of a response, with its nonce.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::Response,
};
use leptos::{nonce::Nonce, prelude::AnyView};

use crate::server::{
    connection::System,
    messages::Messages,
    pages::{Document, ProbeTicket},
    records::Loading,
    visit::SessionCredential,
    web::{
        App,
        page::{Content, PageContext, render, render_in_parts},
    },
};

/// The nonce of a response's scripts. The headers layer draws it and names it in the policy.
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

    /// The session credential of the request.
    pub fn credential(&self) -> Option<&SessionCredential> {
        self.credential.as_ref()
    }

    /// The messages in the request's language.
    pub fn messages(&self) -> Messages {
        self.messages
    }

    /// Makes the page send a cookie probe.
    pub fn with_probe(self, cookie_probe: Option<ProbeTicket>) -> Self {
        Self { cookie_probe, ..self }
    }

    fn context(&self) -> PageContext {
        let systems = self.app.connections.systems();
        // Syncaroo is connected by the operator.
        let connects = self.app.provider.is_some() || systems.iter().any(|system| *system != System::Syncaroo);
        PageContext { nonce: Nonce::from_value(self.nonce.0.clone()), messages: self.messages, connects }
    }

    /// Renders a short page.
    pub async fn page(
        self,
        status: StatusCode,
        document: Document,
        body: impl FnOnce() -> AnyView + Send + 'static,
    ) -> Response {
        self.page_of(status, document, Content::short(body)).await
    }

    /// Renders a page that may have many rows.
    pub async fn page_of(self, status: StatusCode, document: Document, content: Content) -> Response {
        let context = self.context();
        let document = Document { cookie_probe: self.cookie_probe, ..document };
        render(&self.app, status, document, context, content).await
    }

    /// Renders a page of lists. While they are loading, the page is sent in parts: its frame, lines that show the
    /// progress, then the content. The status is 200 in any case: it is sent before the lists are known.
    pub async fn page_of_lists(
        self,
        document: Document,
        loading: Loading,
        content: impl Future<Output = Content> + Send + 'static,
    ) -> Response {
        if loading.is_settled() {
            return self.page_of(StatusCode::OK, document, content.await).await;
        }
        let context = self.context();
        let document = Document { cookie_probe: self.cookie_probe, ..document };
        render_in_parts(self.app, document, context, loading.progress(), content).await
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
