//! `GET /connections/syncaroo/callback`: completes the connection that `latchkey syncaroo connect` began. The state
//! alone authorizes it: the operator's browser has no session here.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::{
    connection::{ConnectError, RedirectAnswer, System},
    pages::{ConnectFailure, connected},
    web::{
        App,
        error::{Error, upstream_status},
        extract::{Client, PageRenderer, Params},
    },
};

pub async fn callback(
    State(app): State<App>,
    renderer: PageRenderer,
    Client(client): Client,
    params: Params,
) -> Result<Response, Error> {
    let (state, code) = (params.one("state"), params.one("code"));
    let answer = RedirectAnswer {
        state: state.as_deref().unwrap_or_default(),
        code: code.as_deref().filter(|code| !code.is_empty()),
        cookie: None,
    };
    match app.connections.finish_redirect(System::Syncaroo, answer, client).await {
        Ok(_) => Ok(renderer.page(StatusCode::OK, connected::document(), connected::syncaroo).await.into_response()),
        Err(e) => Err(failure(e)),
    }
}

/// The page says what to do; the log says why.
fn failure(error: ConnectError) -> Error {
    let status = match &error {
        ConnectError::NotConfigured | ConnectError::Database(_) => return error.into(),
        ConnectError::Refused => StatusCode::BAD_GATEWAY,
        ConnectError::System(e) => upstream_status(e),
        _ => StatusCode::BAD_REQUEST,
    };
    tracing::warn!(%error, "Syncaroo was not connected");
    Error::Connect { failure: ConnectFailure::Syncaroo, status }
}
