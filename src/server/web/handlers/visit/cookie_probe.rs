//! The cookie probe: the first call of a visit's first page finds out whether the cookie or a bearer token opens the
//! visit from then on.

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
        extract::{Client, Fields, MaybeCredential, VisitParam},
        script::SetBearer,
    },
};

/// Returns 204. If the browser sent no cookie, the response has a bearer token.
pub async fn probe(
    State(app): State<App>,
    VisitParam(visit): VisitParam,
    MaybeCredential(credential): MaybeCredential,
    Client(client): Client,
    fields: Fields,
) -> Result<Response, Error> {
    let ticket = fields.one("ticket").unwrap_or_default();
    let outcome = app.visits.cookie_probe(&visit, ticket, credential.as_ref(), fields.one("earlier"), client).await?;
    Ok(match outcome {
        ProbeOutcome::Cookie => StatusCode::NO_CONTENT.into_response(),
        ProbeOutcome::Bearer(token) => {
            tracing::info!(visit = visit.as_str(), "the browser sent no cookie; using a bearer token for this visit");
            (SetBearer(token), StatusCode::NO_CONTENT).into_response()
        }
    })
}
