//! `GET /events/entrata`: receives activation events from Entrata. Responds in plain text as soon as the event is
//! stored; it is verified later.

use axum::{
    Router,
    extract::State,
    http::{Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::server::{
    activation::{ActivationEvent, Received},
    metrics::EventOutcome,
    web::{
        App,
        extract::{Client, ClientPrefix},
        limits::{EVENT_QUEUE_RETRY_AFTER, STORAGE_RETRY_AFTER},
    },
};

pub fn routes() -> Router<App> {
    Router::new().route("/events/entrata", get(entrata))
}

/// Returns 200, even for a repeated event; 400 for a malformed one; 429 or 503 with `Retry-After`. HEAD does nothing.
async fn entrata(
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
        retry_later(StatusCode::TOO_MANY_REQUESTS, seconds, "too many")
    };
    if let Err(seconds) = app.events.take(prefix) {
        return too_many(seconds);
    }
    let event = match ActivationEvent::parse(uri.query()) {
        Ok(event) => event,
        Err(why) => {
            tracing::info!(outcome = "malformed", why, "event");
            app.core.metrics.event(EventOutcome::Malformed);
            return (StatusCode::BAD_REQUEST, why).into_response();
        }
    };
    if let Err(seconds) = app.events_of_company.take((prefix, event.cid.clone())) {
        return too_many(seconds);
    }
    match app.activation.receive(event, client.address).await {
        Ok(Received::Taken | Received::Again) => "ok".into_response(),
        Ok(Received::Full) => retry_later(StatusCode::SERVICE_UNAVAILABLE, EVENT_QUEUE_RETRY_AFTER, "busy"),
        Err(e) => {
            tracing::error!(error = %e, "could not store an activation event");
            if e.is_transient() {
                return retry_later(StatusCode::SERVICE_UNAVAILABLE, STORAGE_RETRY_AFTER, "busy");
            }
            (StatusCode::INTERNAL_SERVER_ERROR, "failed").into_response()
        }
    }
}

fn retry_later(status: StatusCode, seconds: i64, text: &'static str) -> Response {
    (status, [(header::RETRY_AFTER, seconds.to_string())], text).into_response()
}
