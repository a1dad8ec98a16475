//! `latchkey connection test`

use super::{needs_reconnect, unknown_connection};
use crate::server::{
    cli::{CliError, systems, table::print},
    clock,
    config::Vars,
    connection::{Connections, UseError},
    ids::ConnectionId,
};

pub async fn run(vars: &Vars, id: &ConnectionId) -> Result<(), CliError> {
    let (storage, connections) = systems::open_connections(vars).await?;
    let result = test(&connections, id).await;
    connections.finish().await;
    storage.close().await;
    result
}

async fn test(connections: &Connections, id: &ConnectionId) -> Result<(), CliError> {
    let found = connections.find_any(id).await?.ok_or_else(|| unknown_connection(id))?;
    let name = found.system.name();
    match connections.test(id).await {
        Ok(()) => print(&format!("connection {id} to {name} works\n")),
        Err(UseError::NotFound) => Err(unknown_connection(id)),
        Err(UseError::NotConfigured) => Err(systems::not_configured(found.system)),
        Err(UseError::NeedsReconnect) => Err(needs_reconnect(id)),
        Err(UseError::Sealed) => {
            let must = "must include the key that the connection's tokens are encrypted with";
            Err(CliError::setting("ENCRYPTION_KEYS", must.into()))
        }
        Err(UseError::Failing(at)) => {
            let at = clock::exact(at);
            Err(CliError::message(format!("connection {id} to {name} fails; the server's next try is at {at}")))
        }
        Err(UseError::System(e)) => Err(CliError::message(format!("connection {id} to {name} doesn't work: {e}"))),
        Err(UseError::Database(e)) => Err(e.into()),
    }
}
