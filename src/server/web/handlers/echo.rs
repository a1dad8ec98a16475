//! `POST /v/{visit}/echo`: the first call of a visit's first page tells what carries the visit from now on.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::server::{
    visit::Echo,
    web::{
        App,
        error::Error,
        extract::{Fields, MaybeCarrier, Noted, VisitId},
        script::SetBearer,
    },
};

/// 204 where the cookie came back; with a bearer where none came.
pub async fn post(
    State(app): State<App>,
    VisitId(visit): VisitId,
    MaybeCarrier(carrier): MaybeCarrier,
    Noted(seen): Noted,
    fields: Fields,
) -> Result<Response, Error> {
    let ticket = fields.one("ticket").unwrap_or_default();
    let carried = app.visits.echo(&visit, ticket, carrier.as_ref(), fields.one("earlier"), seen).await?;
    Ok(match carried {
        Echo::Cookie => StatusCode::NO_CONTENT.into_response(),
        Echo::Bearer(token) => {
            tracing::info!(visit, "no cookie came back: a bearer carries this visit");
            (SetBearer(token), StatusCode::NO_CONTENT).into_response()
        }
    })
}
