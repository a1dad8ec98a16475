//! The response to a launch: the one mapping from its outcome to a status and a page.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::server::web::handlers::render_visit;
use crate::server::{
    launch::{LaunchError, LaunchOutcome, OpenedVisit},
    pages::{
        relaunch::{self, Why},
        unavailable::{self, Unavailable},
    },
    web::{
        App,
        cookies::SetSession,
        error::{Error, STORAGE_UNAVAILABLE},
        extract::{Flash, PageRenderer},
    },
};

/// Why a launch request is ignored.
pub enum NotLaunched {
    /// HEAD: gets an empty page.
    Head,
    /// Refused with a status that no browser stores as a prefetched page, so that it makes the real navigation.
    Prefetch,
}

/// Renders the response to a launch.
pub async fn respond(
    app: &App,
    renderer: PageRenderer,
    flash: &Flash,
    outcome: Result<LaunchOutcome, NotLaunched>,
) -> Result<Response, Error> {
    match outcome {
        Err(NotLaunched::Head) => Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], ()).into_response()),
        Err(NotLaunched::Prefetch) => Err(Error::Prefetch),
        Ok(Ok(OpenedVisit { visit, cookie, ticket })) => {
            // The visit exists and its code is spent, even if rendering fails: retrying won't help.
            let page = render_visit::arrived(app, renderer, *visit, flash, ticket).await;
            Ok((SetSession::from(cookie), page.map_err(|_| Error::LaunchFailed)).into_response())
        }
        Ok(Err(error)) => not_opened(renderer, error).await,
    }
}

/// The page for a launch that opened no visit.
async fn not_opened(renderer: PageRenderer, error: LaunchError) -> Result<Response, Error> {
    Ok(match error {
        LaunchError::Malformed(_) => relaunch(renderer, StatusCode::BAD_REQUEST, Why::Malformed).await,
        LaunchError::NotFramed => relaunch(renderer, StatusCode::FORBIDDEN, Why::NotFramed).await,
        LaunchError::Refused => relaunch(renderer, StatusCode::GONE, Why::Refused).await,
        LaunchError::Spent => relaunch(renderer, StatusCode::GONE, Why::Spent).await,
        LaunchError::ClientRefused => {
            unavailable(renderer, StatusCode::BAD_GATEWAY, Unavailable::ClientRefused, None).await
        }
        LaunchError::Unavailable { free, slow } => {
            let status = if slow { StatusCode::GATEWAY_TIMEOUT } else { StatusCode::BAD_GATEWAY };
            let what = if free { Unavailable::TryAgain } else { Unavailable::OpenAgain };
            unavailable(renderer, status, what, None).await
        }
        LaunchError::StorageUnavailable { free } => {
            let what = if free { Unavailable::StorageUnavailable } else { Unavailable::OpenAgain };
            unavailable(renderer, StatusCode::SERVICE_UNAVAILABLE, what, Some(STORAGE_UNAVAILABLE)).await
        }
        LaunchError::TooMany { seconds } => {
            unavailable(renderer, StatusCode::TOO_MANY_REQUESTS, Unavailable::Busy, Some(seconds)).await
        }
        LaunchError::AccessDenied(denied) => return Err(Error::AccessDenied(denied)),
        LaunchError::Failed => return Err(Error::LaunchFailed),
    })
}

async fn relaunch(renderer: PageRenderer, status: StatusCode, why: Why) -> Response {
    renderer.page(status, relaunch::document(), move || relaunch::body(why)).await
}

async fn unavailable(
    renderer: PageRenderer,
    status: StatusCode,
    what: Unavailable,
    retry_after: Option<i64>,
) -> Response {
    // The address stays if the code was not sent, because it is all that holds the code: trying again requests it
    // again.
    let keep_address = what.is_code_free();
    let document = unavailable::document(keep_address);
    let page = renderer.page(status, document, move || unavailable::body(what)).await;
    (retry_after.map(|seconds| [(header::RETRY_AFTER, seconds.to_string())]), page).into_response()
}
