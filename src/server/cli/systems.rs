//! What commands need that call other systems.

use super::{CliError, open_database};
use crate::server::{
    clock::Clock,
    config::{self, Vars},
    connection::{Connections, Connectors, System},
    core::Core,
    jobs::Queue,
    outbound::{Limits, Outbound},
    rng::Rng,
    storage::Storage,
    vault::Vault,
};

/// Opens the database, and returns it with the connections, which use the configured systems. Call
/// [`Connections::finish`] before closing the database.
pub async fn open_connections(vars: &Vars) -> Result<(Storage, Connections), CliError> {
    let settings = config::connection_settings(vars).map_err(CliError::Settings)?;
    let storage = open_database(vars).await?;
    let core = Core::for_command(storage.clone());
    let outbound = outbound(&core.clock)?;
    let vault = Vault::new(settings.encryption_keys, Rng);
    let connectors = Connectors::configured(&settings.systems);
    Ok((storage, Connections::new(core, vault, &outbound, connectors, settings.public_url.url, Queue::default())))
}

pub fn outbound(clock: &Clock) -> Result<Outbound, CliError> {
    Outbound::new(Limits::default(), clock.clone())
        .map_err(|e| CliError::message(format!("can't create the HTTP client: {e}")))
}

/// The error for a system that is off.
pub fn not_configured(system: System) -> CliError {
    let (variable, name) = match system {
        System::Octorate => ("OCTORATE_CLIENT_ID", "Octorate"),
        System::ActiveBuilding => ("ACTIVEBUILDING_CLIENT_ID", "ActiveBuilding"),
        System::Rex => ("REX_API_URL", "Gryphtech REX"),
        System::Syncaroo => ("SYNCAROO_CLIENT_ID", "Syncaroo"),
    };
    CliError::setting(variable, format!("must be set to use {name}"))
}
