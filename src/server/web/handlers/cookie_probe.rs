//! `POST /v/{visit}/cookie-probe`: the first call of a visit's first page tells what carries the visit from now on.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::{
    visit::ProbeOutcome,
    web::{
        App,
        error::Error,
        extract::{Client, Fields, MaybeCredential, VisitId},
        script::SetBearer,
    },
};

/// 204 where the cookie came back; with a bearer where none came.
pub async fn post(
    State(app): State<App>,
    VisitId(visit): VisitId,
    MaybeCredential(credential): MaybeCredential,
    Client(client): Client,
    fields: Fields,
) -> Result<Response, Error> {
    let ticket = fields.one("ticket").unwrap_or_default();
    let carried = app.visits.cookie_probe(&visit, ticket, credential.as_ref(), fields.one("earlier"), client).await?;
    Ok(match carried {
        ProbeOutcome::Cookie => StatusCode::NO_CONTENT.into_response(),
        ProbeOutcome::Bearer(token) => {
            tracing::info!(visit, "no cookie came back: a bearer carries this visit");
            (SetBearer(token), StatusCode::NO_CONTENT).into_response()
        }
    })
}
