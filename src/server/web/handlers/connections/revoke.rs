//! `POST /v/{visit}/connections/syncaroo/{grant}/revoke`: ends what the account has approved for Syncaroo.

use axum::{
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};

use crate::server::{
    provider::ConnectionId,
    urls::VisitUrl,
    web::{
        error::Error,
        extract::{Acting, Fields, Linked},
    },
};

pub async fn revoke(
    Acting { app, visit, access: Linked { account }, client, .. }: Acting<Linked>,
    Path((_, grant)): Path<(String, String)>,
    _: Fields,
) -> Result<Response, Error> {
    let provider = app.provider.as_ref().ok_or(Error::NotFound)?;
    let grant = ConnectionId::parse(&grant).ok_or(Error::NotFound)?;
    provider.revoke(&account, grant, client).await?;
    Ok(Redirect::to(&VisitUrl::Connections.of(&visit.id)).into_response())
}
