//! What the operator does to connections, for commands that have the database but neither keys nor the systems'
//! settings.

use super::{ConnectError, System, UseError, disconnect};
use crate::server::{
    audit::ClientInfo,
    core::Core,
    ids::ConnectionId,
    jobs::{JobKind, Queue},
    storage::{self, connect_redirects, connection_sync, connections},
};

/// Makes a sync of everything due now, also while the connection pauses after a failure. The server's worker does it.
///
/// # Errors
/// [`UseError::NotFound`], `NeedsReconnect`.
pub async fn request_sync(core: &Core, id: &ConnectionId) -> Result<(), UseError> {
    let (wanted, now) = (id.clone(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        let requested = connection_sync::request(&mut tx, &wanted, now).await?;
        if requested {
            Queue::add_urgent(&mut tx, JobKind::ConnectionSync, wanted.as_str(), now).await?;
        }
        Ok::<_, storage::Error>(requested)
    });
    match (write.await?, connections::find(core.storage.reader(), id).await?) {
        (true, _) => Ok(()),
        (false, Some(_)) => Err(UseError::NeedsReconnect),
        (false, None) => Err(UseError::NotFound),
    }
}

/// Deletes a connection with its tokens and data.
///
/// # Errors
/// [`ConnectError::NotFound`].
pub async fn remove(core: &Core, id: &ConnectionId) -> Result<(), ConnectError> {
    let found = connections::find(core.storage.reader(), id).await?.ok_or(ConnectError::NotFound)?;
    disconnect::disconnect(core, None, found.account.as_ref(), id, ClientInfo::command_line()).await
}

/// Deletes the installation's connection to Syncaroo, and the addresses that were printed to open it and not used.
///
/// # Errors
/// [`ConnectError::NotFound`]: there is no connection.
pub async fn disconnect_syncaroo(core: &Core) -> Result<(), ConnectError> {
    let write = core
        .storage
        .write(move |mut tx| async move { connect_redirects::delete_oldest_states(&mut tx, None, 0).await });
    write.await?;
    let found = connections::find_of_installation(core.storage.reader(), System::Syncaroo).await?;
    remove(core, &found.ok_or(ConnectError::NotFound)?.id).await
}
