//! `latchkey syncaroo status`

use crate::server::{
    cli::{CliError, table::print},
    connection::{ConnectionState, System},
    core::Core,
    storage::connections,
};

/// A connection with a temporary error counts as connected.
pub async fn run(core: &Core) -> Result<(), CliError> {
    let found = connections::find_of_installation(core.storage.reader(), System::Syncaroo).await?;
    print(match found.map(|connection| connection.state) {
        Some(ConnectionState::Connected | ConnectionState::Failing { .. }) => "connected\n",
        Some(ConnectionState::NeedsReconnect) => "needs-reconnect\n",
        None => "not connected\n",
    })
}
