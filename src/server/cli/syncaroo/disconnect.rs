//! `latchkey syncaroo disconnect`

use crate::server::{
    cli::{CliError, table::print},
    connection::{ConnectError, disconnect_syncaroo},
    core::Core,
};

pub async fn run(core: &Core) -> Result<(), CliError> {
    match disconnect_syncaroo(core).await {
        Ok(()) => print("disconnected Syncaroo and deleted its tokens and data\n"),
        Err(ConnectError::NotFound) => Err(CliError::message("Syncaroo is not connected")),
        Err(ConnectError::Database(e)) => Err(e.into()),
        Err(e) => Err(CliError::message(e.to_string())),
    }
}
