//! `GET /api/check_connection`: tells Syncaroo which places a connection has. Refusals have no body.

use axum::{
    extract::RawQuery,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::update::unauthorized;
use crate::server::{
    provider::ConnectionId,
    web::{
        error::Error,
        extract::{Fields, MaybeGrant, ProviderOn},
    },
};

/// Exactly as Syncaroo's page has it.
const CONTENT_TYPE: &str = "application/json; charset=UTF-8";

pub async fn check_connection(
    ProviderOn(provider): ProviderOn,
    MaybeGrant(grant): MaybeGrant,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let Some(grant) = grant else { return Ok(unauthorized()) };
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let Some(connection_id) = query.one("connectionId").and_then(ConnectionId::parse) else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    if connection_id != grant.connection_id {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    let connection = provider.connection(&grant).await?;
    let body = serde_json::to_vec(&connection).map_err(|_| Error::Internal)?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response())
}
