//! The answer to a launch: the one match from what it came to, to status and page.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::server::web::handlers::render_visit;
use crate::server::{
    launch::Outcome,
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

pub enum Answer {
    /// HEAD: nothing was done, nothing is shown.
    Nothing,
    /// Refused with a status that no browser keeps as a prefetched page, so that the real navigation is made.
    Prefetch,
    Malformed,
    NotFramed,
    Done(Outcome),
}

impl Answer {
    pub async fn show(self, app: &App, renderer: PageRenderer, flash: &Flash) -> Result<Response, Error> {
        let (status, why) = match self {
            Self::Nothing => return Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], ()).into_response()),
            Self::Prefetch => return Err(Error::Prefetch),
            Self::Malformed => (StatusCode::BAD_REQUEST, Why::Malformed),
            Self::NotFramed => (StatusCode::FORBIDDEN, Why::NotFramed),
            Self::Done(outcome) => match outcome {
                Outcome::Arrived { visit, cookie, ticket } => {
                    // The visit is there and its code is spent, whatever became of the page: nothing is won by trying the address again.
                    let page = render_visit::arrived(app, renderer, *visit, flash, ticket)
                        .await
                        .map_err(|_| Error::LaunchFailed);
                    return Ok((SetSession::from(cookie), page).into_response());
                }
                Outcome::AccessDenied(denied) => return Err(Error::AccessDenied(denied)),
                Outcome::Failed => return Err(Error::LaunchFailed),
                Outcome::StorageUnavailable { free } => {
                    let what = if free { Unavailable::StorageUnavailable } else { Unavailable::OpenAgain };
                    let page = unavailable(renderer, StatusCode::SERVICE_UNAVAILABLE, what).await;
                    return Ok(([(header::RETRY_AFTER, STORAGE_UNAVAILABLE.to_string())], page).into_response());
                }
                Outcome::Unavailable { free, slow } => {
                    let status = if slow { StatusCode::GATEWAY_TIMEOUT } else { StatusCode::BAD_GATEWAY };
                    let what = if free { Unavailable::TryAgain } else { Unavailable::OpenAgain };
                    return Ok(unavailable(renderer, status, what).await);
                }
                Outcome::TooMany { seconds } => {
                    let page = unavailable(renderer, StatusCode::TOO_MANY_REQUESTS, Unavailable::Busy).await;
                    return Ok(([(header::RETRY_AFTER, seconds.to_string())], page).into_response());
                }
                Outcome::ClientRefused => {
                    return Ok(unavailable(renderer, StatusCode::BAD_GATEWAY, Unavailable::ClientRefused).await);
                }
                Outcome::Refused => (StatusCode::GONE, Why::Refused),
                Outcome::Spent => (StatusCode::GONE, Why::Spent),
            },
        };
        Ok(renderer.page(status, relaunch::document(), move || relaunch::body(why)).await)
    }
}

async fn unavailable(renderer: PageRenderer, status: StatusCode, what: Unavailable) -> Response {
    // Where the code is free, the address is all that holds it, so it stays: trying again is asking for the same address.
    let keep = what.is_code_free();
    renderer.page(status, unavailable::document(keep), move || unavailable::body(what)).await
}
