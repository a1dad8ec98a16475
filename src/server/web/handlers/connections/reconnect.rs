//! `POST /v/{visit}/connections/{connection}/reconnect`: authorizes a connection again; its id and data stay.

use axum::{extract::State, http::HeaderMap, response::Response};

use super::{ConnectionParam, connect::connect, find, octorate};
use crate::server::{
    connection::{RedirectTarget, System},
    web::{
        App,
        error::Error,
        extract::{Acting, Fields, Linked, VisitParam},
    },
};

/// Octorate's form opens a new tab without a session: its ticket alone authorizes the request.
pub async fn reconnect(
    State(app): State<App>,
    VisitParam(visit): VisitParam,
    ConnectionParam(id): ConnectionParam,
    acting: Result<Acting<Linked>, Error>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Error> {
    if fields.one("ticket").is_some() {
        let target = RedirectTarget { system: System::Octorate, connection: Some(id) };
        return octorate::begin(&app, &visit, &target, &headers, &fields).await;
    }
    let acting = acting?;
    let connection = find(&app, &acting.access.account, &id).await?;
    connect(acting, connection.system, Some(connection), fields).await
}
