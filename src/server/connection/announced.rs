//! Reads what a system announced, such as a webhook's `apiUrl`, and stores the places and items that it holds.

use std::sync::Arc;

use super::{
    Phase, SyncPosition, UseError,
    call::{call, record},
    connectors::{Answer, AnyConnector},
    context::Context,
    sync::search_text,
};
use crate::server::{
    connectors::{Announced, Caller, ConnectorError, Grant},
    ids::ConnectionId,
    storage::{self, Tx, connection_places, connection_sync},
};

/// An address as the system wrote it.
struct Address(String);

fn make<'a>(
    connector: &'a dyn AnyConnector,
    caller: &'a Caller,
    grant: &'a Grant,
    address: &'a Address,
) -> Answer<'a, Announced> {
    connector.read_announced(caller, grant, &address.0)
}

/// Reads an address and stores what it holds.
///
/// # Errors
/// [`UseError::Failing`], and no request, while the connection pauses: many updates may wait. [`UseError::System`] with
/// [`ConnectorError::NotPermitted`], and no request, when the address is not the system's.
pub async fn read(context: &Arc<Context>, id: &ConnectionId, address: String) -> Result<(), UseError> {
    let state = connection_sync::find(context.core.storage.reader(), id).await?.ok_or(UseError::NotFound)?;
    if context.now() < state.paused_until {
        return Err(UseError::Failing(state.paused_until));
    }
    let called = call(context, id, &context.data_caller(), &Address(address), make).await?;
    if !matches!(called.result, Err(ConnectorError::NotPermitted)) {
        record(context, id, &called).await?;
    }
    let (id, content) = (id.clone(), called.result.map_err(UseError::System)?);
    let write = context.core.storage.write(move |mut tx| async move { store(&mut tx, &id, content).await });
    Ok(write.await?)
}

/// Replaces the rows that were read. Each keeps the number of the sync that found it last. A new one gets the next
/// sync's number while a list is being read: with the running sync's, a page of such rows would look like one that was
/// read before, and the list would end there; with an older one, the row would be removed.
async fn store(tx: &mut Tx, id: &ConnectionId, content: Announced) -> storage::Result<()> {
    let Some(state) = connection_sync::find(&mut *tx, id).await? else { return Ok(()) };
    let SyncPosition { phase, run, .. } = state.position;
    match content {
        Announced::Places(batch) => {
            let new = run + i64::from(phase == Phase::Places);
            for place in batch.rows {
                let run = connection_places::delete(&mut *tx, id, &place).await?.unwrap_or(new);
                let folded = search_text(&place);
                connection_places::upsert(&mut *tx, id, run, &[(place, folded)]).await?;
            }
        }
        Announced::Items { place, batch } => {
            let new = run + i64::from(matches!(phase, Phase::Places | Phase::Items));
            for item in batch.rows {
                let run = connection_places::delete_item(&mut *tx, id, &place, &item).await?.unwrap_or(new);
                connection_places::upsert_items(&mut *tx, id, &place, run, &[item]).await?;
            }
        }
        Announced::Other => {}
    }
    Ok(())
}
