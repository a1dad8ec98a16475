//! `latchkey connection sync`

use super::{needs_reconnect, unknown_connection};
use crate::server::{
    cli::{CliError, table::print},
    connection::{UseError, request_sync},
    core::Core,
    ids::ConnectionId,
};

pub async fn run(core: &Core, id: &ConnectionId) -> Result<(), CliError> {
    match request_sync(core, id).await {
        Ok(()) => print(&format!("requested a sync of connection {id}; the running server performs it\n")),
        Err(UseError::NotFound) => Err(unknown_connection(id)),
        Err(UseError::NeedsReconnect) => Err(needs_reconnect(id)),
        Err(UseError::Database(e)) => Err(e.into()),
        Err(e) => Err(CliError::message(e.to_string())),
    }
}
