//! The forms of a connection: test it, load it again, remove it.

use axum::response::{IntoResponse, Redirect, Response};

use super::{ConnectionParam, actor, find};
use crate::server::{
    connection::UseError,
    pages::connection::ConnectionChange,
    urls::{ConnectionUrl, VisitUrl},
    web::{
        error::Error,
        extract::{Acting, Fields, Linked},
    },
};

/// `POST /v/{visit}/connections/{connection}/test`
pub async fn test(
    Acting { app, visit, access: Linked { account }, flash, .. }: Acting<Linked>,
    ConnectionParam(id): ConnectionParam,
    _: Fields,
) -> Result<Response, Error> {
    find(&app, &account, &id).await?;
    let change = match app.connections.test(&id).await {
        Ok(()) => Some(ConnectionChange::Tested),
        Err(e) => failure(e)?.map(ConnectionChange::TestFailed),
    };
    if let Some(change) = change {
        flash.set_connection_change(&visit.id, &change).await;
    }
    Ok(Redirect::to(&ConnectionUrl::of(&visit.id, id.as_str()).page()).into_response())
}

/// `POST /v/{visit}/connections/{connection}/sync`
pub async fn sync(
    Acting { app, visit, access: Linked { account }, flash, .. }: Acting<Linked>,
    ConnectionParam(id): ConnectionParam,
    _: Fields,
) -> Result<Response, Error> {
    find(&app, &account, &id).await?;
    match app.connections.sync_now(&id).await {
        Ok(()) => flash.set_connection_change(&visit.id, &ConnectionChange::SyncStarted).await,
        Err(e) => drop(failure(e)?),
    }
    Ok(Redirect::to(&ConnectionUrl::of(&visit.id, id.as_str()).page()).into_response())
}

/// `POST /v/{visit}/connections/{connection}/disconnect`
pub async fn disconnect(
    Acting { app, visit, access: Linked { account }, client, flash, .. }: Acting<Linked>,
    ConnectionParam(id): ConnectionParam,
    _: Fields,
) -> Result<Response, Error> {
    let connection = find(&app, &account, &id).await?;
    app.connections.disconnect(&actor(&visit, &account, client), &id).await?;
    let change = ConnectionChange::Disconnected(connection.system.name().to_owned());
    flash.set_connection_change(&visit.id, &change).await;
    Ok(Redirect::to(&VisitUrl::Connections.of(&visit.id)).into_response())
}

/// Returns the code of the error, unless the connection's state says enough.
fn failure(error: UseError) -> Result<Option<String>, Error> {
    match error {
        UseError::NotFound => Err(Error::NotFound),
        UseError::NeedsReconnect | UseError::Failing(_) => Ok(None),
        UseError::NotConfigured => Ok(Some("not_configured".to_owned())),
        UseError::Sealed => Ok(Some("sealed".to_owned())),
        UseError::System(e) => Ok(Some(e.kind().name().to_owned())),
        UseError::Database(e) => Err(e.into()),
    }
}
