//! `latchkey connection remove`

use super::unknown_connection;
use crate::server::{
    cli::{CliError, table::print},
    connection::{ConnectError, remove},
    core::Core,
    ids::ConnectionId,
};

pub async fn run(core: &Core, id: &ConnectionId) -> Result<(), CliError> {
    match remove(core, id).await {
        Ok(()) => print(&format!("removed connection {id} with its tokens and data\n")),
        Err(ConnectError::NotFound) => Err(unknown_connection(id)),
        Err(ConnectError::Database(e)) => Err(e.into()),
        Err(e) => Err(CliError::message(e.to_string())),
    }
}
