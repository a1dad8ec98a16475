//! The layer around a simulated system's router that records each request and applies faults.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Fault, RecordedRequest, Simulation};
use crate::delivery::{Delivery, dropped};

const MAX_BODY: usize = 1024 * 1024;

/// Use it with `axum::middleware::from_fn_with_state(simulation, record_and_apply_faults)`.
pub(crate) async fn record_and_apply_faults(
    State(simulation): State<Simulation>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let number = simulation.requests.push(RecordedRequest {
        number: 0,
        at: simulation.clock.now(),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: texts(&parts.headers),
        body: String::from_utf8_lossy(&body).into_owned(),
        status: None,
    });
    let fault = simulation.faults.take(parts.uri.path());
    let response = answer(fault, Request::from_parts(parts, Body::from(body)), next).await;
    if fault != Some(Fault::LostReply) {
        simulation.requests.set_status(number, response.status().as_u16());
    }
    if let Some(Fault::Late(pause)) = fault {
        tokio::time::sleep(pause).await;
    }
    response
}

async fn answer(fault: Option<Fault>, request: Request, next: Next) -> Response {
    match fault {
        None | Some(Fault::Late(_)) => next.run(request).await,
        Some(Fault::Slow(pause)) => {
            tokio::time::sleep(pause).await;
            next.run(request).await
        }
        Some(Fault::LostReply) => {
            next.run(request).await;
            Response::new(dropped())
        }
        Some(Fault::Cut) => cut(next.run(request).await).await,
        Some(Fault::Status(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, "simulated failure").into_response()
        }
        Some(Fault::Html) => axum::response::Html("<!doctype html><title>Down for maintenance</title>").into_response(),
        Some(Fault::Empty) => StatusCode::OK.into_response(),
    }
}

async fn cut(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let body: Bytes = to_bytes(body, MAX_BODY).await.unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Delivery::CUT.body(String::from_utf8_lossy(&body).into_owned()))
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}
