//! Where consent pages send the browser, at top level: each system has an address of its own.

use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use secrecy::{ExposeSecret, SecretString};

use crate::server::{
    audit::ClientInfo,
    connection::{ConnectError, RedirectAnswer, System},
    pages::{ConnectFailure, connected},
    web::{
        App,
        cookies::connect_key,
        error::Error,
        extract::{Client, PageRenderer, Params},
    },
};

/// The request of a callback.
pub struct Callback {
    state: String,
    /// None if the system sent an error instead.
    code: Option<String>,
    cookie: Option<SecretString>,
    client: ClientInfo,
    renderer: PageRenderer,
}

impl FromRequestParts<App> for Callback {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let Ok(params) = Params::from_request_parts(parts, app).await;
        let Ok(Client(client)) = Client::from_request_parts(parts, app).await;
        let Ok(renderer) = PageRenderer::from_request_parts(parts, app).await;
        let code = params.one("code").filter(|code| !code.is_empty());
        let state = params.one("state").unwrap_or_default();
        Ok(Self { state, code, cookie: connect_key(&parts.headers), client, renderer })
    }
}

/// `GET /connections/octorate/callback`
pub async fn octorate(State(app): State<App>, callback: Callback) -> Result<Response, Error> {
    finish(&app, System::Octorate, callback).await
}

/// `GET /connections/syncaroo/callback`. The operator began on the command line, so there is no cookie.
pub async fn syncaroo(State(app): State<App>, callback: Callback) -> Result<Response, Error> {
    finish(&app, System::Syncaroo, Callback { cookie: None, ..callback }).await
}

async fn finish(app: &App, system: System, callback: Callback) -> Result<Response, Error> {
    let Callback { state, code, cookie, client, renderer } = callback;
    let cookie = cookie.as_ref().map(ExposeSecret::expose_secret);
    let answer = RedirectAnswer { state: &state, code: code.as_deref(), cookie };
    match app.connections.finish_redirect(system, answer, client).await {
        Ok(_) => Ok(renderer.page(StatusCode::OK, connected::document(), move || connected::body(system)).await),
        // The person signed out or disconnected meanwhile: this tab has no session to continue.
        Err(ConnectError::VisitEnded | ConnectError::NotFound) => {
            Err(Error::Connect { failure: ConnectFailure::State, status: StatusCode::BAD_REQUEST })
        }
        Err(e) => Err(e.into()),
    }
}
