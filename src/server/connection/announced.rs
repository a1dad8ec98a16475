//! Reads what a system announced, such as a webhook's `apiUrl`, and stores the places and items that it holds.

use std::sync::Arc;

use super::{
    UseError,
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
/// [`UseError::System`] with [`ConnectorError::NotPermitted`], and no request, when the address is not the system's.
pub async fn read(context: &Arc<Context>, id: &ConnectionId, address: String) -> Result<(), UseError> {
    let called = call(context, id, &context.data_caller(), &Address(address), make).await?;
    if !matches!(called.result, Err(ConnectorError::NotPermitted)) {
        record(context, id, &called).await?;
    }
    let (id, content) = (id.clone(), called.result.map_err(UseError::System)?);
    let write = context.core.storage.write(move |mut tx| async move { store(&mut tx, &id, content).await });
    Ok(write.await?)
}

/// Replaces the rows that were read. A sync that runs meanwhile finds them again.
async fn store(tx: &mut Tx, id: &ConnectionId, content: Announced) -> storage::Result<()> {
    let Some(state) = connection_sync::find(&mut *tx, id).await? else { return Ok(()) };
    let run = state.position.run;
    match content {
        Announced::Places(batch) => {
            let mut places = Vec::with_capacity(batch.rows.len());
            for place in batch.rows {
                connection_places::delete(&mut *tx, id, &place).await?;
                let folded = search_text(&place);
                places.push((place, folded));
            }
            connection_places::upsert(tx, id, run, &places).await?;
        }
        Announced::Items { place, batch } => {
            for item in &batch.rows {
                connection_places::delete_item(&mut *tx, id, &place, item).await?;
            }
            connection_places::upsert_items(tx, id, &place, run, &batch.rows).await?;
        }
        Announced::Other => {}
    }
    Ok(())
}
