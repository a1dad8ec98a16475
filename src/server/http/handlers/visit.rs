//! `/v/{visit}`: what it shows, and leaving it.

use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse, Redirect, Response},
};
use tower_sessions::Session;

use super::show;
use crate::server::{
    http::{
        App,
        cookies::SetSession,
        error::Error,
        extract::{Fields, LinkedVisit, OpenVisit, OwnVisit, Scene},
    },
    pages::Notice,
    visit::SignedOut,
};

/// `GET /v/{visit}`
pub async fn show(
    State(app): State<App>,
    scene: Scene,
    OpenVisit(visit): OpenVisit,
    session: Option<axum::Extension<Session>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let notice = match session {
        // Only a held visit has something to be told; home needs no look.
        Some(axum::Extension(session)) if visit.account.is_none() => take_notice(&session, &visit.id).await,
        _ => Notice::None,
    };
    let query = query.unwrap_or_default();
    let query = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, value)| value);
    show::with_notice(&app, scene, visit, &query.unwrap_or_default(), notice).await
}

/// `POST /v/{visit}/sign-out`
pub async fn sign_out(State(app): State<App>, OwnVisit(visit): OwnVisit, _: Fields) -> Result<Response, Error> {
    Ok(signed_out(app.visits.sign_out(&visit).await?))
}

/// `POST /v/{visit}/sign-out-everywhere`
pub async fn sign_out_everywhere(
    State(app): State<App>,
    LinkedVisit { visit, account }: LinkedVisit,
    _: Fields,
) -> Result<Response, Error> {
    Ok(signed_out(app.visits.sign_out_everywhere(&visit, &account).await?))
}

pub fn signed_out(what: SignedOut) -> Response {
    let cookie = match what {
        SignedOut::Entirely => SetSession::Removed,
        SignedOut::OthersGoOn => SetSession::Unchanged,
    };
    (cookie, Redirect::to("/login")).into_response()
}

/// Keeps for a visit's next page that its sign-in was declined.
pub async fn leave_notice(session: &Session, visit_id: &str) {
    if let Err(e) = session.insert(&notice_of(visit_id), true).await {
        tracing::warn!(error = %e, "a notice was not kept");
    }
}

async fn take_notice(session: &Session, visit_id: &str) -> Notice {
    match session.remove::<bool>(&notice_of(visit_id)).await {
        Ok(Some(true)) => Notice::Declined,
        _ => Notice::None,
    }
}

fn notice_of(visit_id: &str) -> String {
    format!("declined/{visit_id}")
}
