//! `latchkey syncaroo connect`

use crate::server::{
    cli::{CliError, systems, table::print},
    config::Vars,
    connection::{ConnectError, System},
};

pub async fn run(vars: &Vars) -> Result<(), CliError> {
    let (storage, connections) = systems::open_connections(vars).await?;
    let begun = connections.begin_syncaroo().await;
    storage.close().await;
    match begun {
        Ok(address) => print(&format!("{address}\n")),
        Err(ConnectError::NotConfigured) => Err(systems::not_configured(System::Syncaroo)),
        Err(ConnectError::Database(e)) => Err(e.into()),
        Err(e) => Err(CliError::message(e.to_string())),
    }
}
