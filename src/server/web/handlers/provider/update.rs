//! `POST /api/update` and `/update`: Syncaroo announces a change. Stores it and answers; a worker reads it later.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::server::{
    provider::{Announcement, Received},
    web::{
        App,
        error::Error,
        extract::{MaybeGrant, ProviderOn},
        limits::{FORM_TIMEOUT, UPDATE_QUEUE_RETRY_AFTER},
    },
};

/// Refusals have no body.
pub async fn update(
    State(app): State<App>,
    ProviderOn(provider): ProviderOn,
    MaybeGrant(grant): MaybeGrant,
    request: Request,
) -> Result<Response, Error> {
    let Some(grant) = grant else { return Ok(unauthorized()) };
    let body = match tokio::time::timeout(FORM_TIMEOUT, Bytes::from_request(request, &app)).await {
        Ok(Ok(body)) => body,
        Ok(Err(e)) => return Ok(e.status().into_response()),
        Err(_) => return Ok(StatusCode::REQUEST_TIMEOUT.into_response()),
    };
    let announcement = match Announcement::parse(&body, &app.core.rng) {
        Ok(announcement) => announcement,
        Err(why) => {
            tracing::info!(%why, "refused an update");
            return Ok(StatusCode::BAD_REQUEST.into_response());
        }
    };
    if !announcement.is_about(grant.connection_id) {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    Ok(match provider.receive(&grant, announcement).await? {
        Received::Queued | Received::Repeated => StatusCode::ACCEPTED.into_response(),
        Received::Full => {
            let retry_after = [(header::RETRY_AFTER, UPDATE_QUEUE_RETRY_AFTER.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, retry_after).into_response()
        }
    })
}

/// The answer to a request without a valid access token (RFC 6750, section 3).
pub fn unauthorized() -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response()
}
