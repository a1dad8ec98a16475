//! The confirmation of a link, and declining it.

use crate::server::urls::VisitUrl;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::web::handlers::sign_in::remember;
use crate::server::web::{
    App,
    cookies::SetRenewed,
    error::Error,
    extract::{Client, Fields, Flash, MaybeCredential, MaybeKey, PendingVisit, VisitId},
};

/// `POST /v/{visit}/link`. Whoever has no right to it (late, twice, another browser) gets one and the same answer.
pub async fn link(
    State(app): State<App>,
    VisitId(visit): VisitId,
    MaybeCredential(credential): MaybeCredential,
    MaybeKey(key): MaybeKey,
    Client(client): Client,
    fields: Fields,
) -> Result<Response, Error> {
    let ticket = fields.one("ticket").ok_or(Error::BadForm(StatusCode::UNPROCESSABLE_ENTITY))?;
    let renewed = app.visits.confirm(&visit, credential.as_ref(), ticket, client).await?;
    tracing::info!(visit, "linked");
    let known = remember(&app, &visit, key).await;
    Ok((SetRenewed(renewed), known, Redirect::to(&VisitUrl::Home.of(&visit))).into_response())
}

/// `POST /v/{visit}/decline`
pub async fn decline(
    State(app): State<App>,
    PendingVisit { visit, .. }: PendingVisit,
    Client(client): Client,
    flash: Flash,
    _: Fields,
) -> Result<Response, Error> {
    app.visits.decline(&visit, client).await?;
    flash.declined(&visit.id).await;
    Ok(Redirect::to(&VisitUrl::Home.of(&visit.id)).into_response())
}
