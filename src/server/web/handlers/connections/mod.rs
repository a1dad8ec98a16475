//! `/v/{visit}/connections`: the account's connections to other systems.

mod act;
mod callback;
mod connect;
mod csv;
mod list;
mod octorate;
mod reconnect;
mod revoke;
mod show;
mod state;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts, Path},
    http::request::Parts,
    routing::{get, post},
};

use crate::server::{
    account::Account,
    audit::ClientInfo,
    connection::{Actor, Connection},
    ids::ConnectionId,
    urls::{ConnectionUrl, OCTORATE_CALLBACK, SYNCAROO_CALLBACK, VisitUrl, revoke_grant_route},
    visit::Visit,
    web::{App, error::Error, limits::CONNECT_FORM_BYTES},
};

pub fn routes() -> Router<App> {
    let connection = ConnectionUrl::ROUTE;
    // Forms with credentials to type: a field that is too long is refused with the form, not with 413.
    let typed = Router::new()
        .route(&VisitUrl::ConnectActiveBuilding.route(), post(connect::activebuilding))
        .route(&VisitUrl::ConnectRex.route(), post(connect::rex))
        .route(&connection.reconnect(), post(reconnect::reconnect))
        .layer(DefaultBodyLimit::max(CONNECT_FORM_BYTES));
    Router::new()
        .route(&VisitUrl::Connections.route(), get(list::show))
        .route(&VisitUrl::ConnectionsState.route(), get(state::show))
        .route(&VisitUrl::ConnectOctorate.route(), post(octorate::connect))
        .route(OCTORATE_CALLBACK, get(callback::octorate))
        .route(SYNCAROO_CALLBACK, get(callback::syncaroo))
        .route(&connection.page(), get(show::show))
        .route(&connection.places_csv(), get(csv::places))
        .route(&connection.test(), post(act::test))
        .route(&connection.sync(), post(act::sync))
        .route(&connection.disconnect(), post(act::disconnect))
        .route(&revoke_grant_route(), post(revoke::revoke))
        .merge(typed)
}

/// The id of the connection at a request's address. Whether there is one is not checked.
struct ConnectionParam(ConnectionId);

/// The path may have more parameters.
#[derive(serde::Deserialize)]
struct ConnectionPath {
    connection: String,
}

impl FromRequestParts<App> for ConnectionParam {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let path = Path::<ConnectionPath>::from_request_parts(parts, app).await;
        let Path(ConnectionPath { connection }) = path.map_err(|_| Error::NotFound)?;
        Ok(Self(connection.into()))
    }
}

/// Returns a connection of the account; another account's is not found.
async fn find(app: &App, account: &Account, id: &ConnectionId) -> Result<Connection, Error> {
    app.connections.find(&account.id, id).await?.ok_or(Error::NotFound)
}

fn actor(visit: &Visit, account: &Account, client: ClientInfo) -> Actor {
    Actor { visit: visit.id.clone(), account: account.id.clone(), client }
}
