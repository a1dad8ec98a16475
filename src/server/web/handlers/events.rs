//! `GET /events/entrata`: the address that Entrata is told to send activation events to. Answers in plain text, for a machine, as soon as
//! the event is kept; whether anything follows from it is found out later.

use axum::{
    extract::State,
    http::{Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use crate::server::{
    activation::{ActivationEvent, Received},
    metrics::EventOutcome,
    web::{
        App,
        error::STORAGE_UNAVAILABLE,
        extract::{Client, ClientPrefix},
    },
};

/// Seconds after which a full queue has room again.
const FULL: i64 = 60;

/// 200 also to a repeat; 400 to what is no event; 429 and 503 with `Retry-After`. HEAD does nothing.
pub async fn entrata(
    State(app): State<App>,
    ClientPrefix(prefix): ClientPrefix,
    Client(client): Client,
    method: Method,
    uri: Uri,
) -> Response {
    if method == Method::HEAD {
        return "".into_response();
    }
    let too_many = |seconds| {
        app.core.metrics.event(EventOutcome::TooMany);
        later(StatusCode::TOO_MANY_REQUESTS, seconds, "too many")
    };
    if let Err(seconds) = app.events.take(prefix) {
        return too_many(seconds);
    }
    let notice = match ActivationEvent::parse(uri.query()) {
        Ok(notice) => notice,
        Err(why) => {
            tracing::info!(outcome = "malformed", why, "event");
            app.core.metrics.event(EventOutcome::Malformed);
            return (StatusCode::BAD_REQUEST, why).into_response();
        }
    };
    if let Err(seconds) = app.events_of_company.take((prefix, notice.cid.clone())) {
        return too_many(seconds);
    }
    match app.activation.receive(notice, client.address).await {
        Ok(Received::Taken | Received::Again) => "ok".into_response(),
        Ok(Received::Full) => later(StatusCode::SERVICE_UNAVAILABLE, FULL, "busy"),
        Err(e) => {
            tracing::error!(error = %e, "could not store an activation event");
            if e.is_transient() {
                return later(StatusCode::SERVICE_UNAVAILABLE, STORAGE_UNAVAILABLE, "busy");
            }
            (StatusCode::INTERNAL_SERVER_ERROR, "failed").into_response()
        }
    }
}

fn later(status: StatusCode, seconds: i64, words: &'static str) -> Response {
    (status, [(header::RETRY_AFTER, seconds.to_string())], words).into_response()
}
