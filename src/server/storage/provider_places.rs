//! `provider_places`: the places that a connection of Syncaroo was ever shown.

use crate::server::{
    ids::AccountId,
    provider::{ConnectionId, StoredPlace},
    storage::{
        Result, Tx,
        query::{Executor, Value, building, query},
    },
};

/// Rows that one statement inserts.
const CHUNK: usize = 100;

/// Returns the places that an account's connection was ever shown.
pub async fn list(
    db: impl Executor<'_>,
    account_id: &AccountId,
    connection_id: ConnectionId,
) -> Result<Vec<StoredPlace>> {
    query("select place_id, name from provider_places where account_id = $1 and connection_id = $2")
        .bind(account_id)
        .bind(connection_id.number())
        .list(db, |row| Ok(StoredPlace { id: row.get("place_id")?, name: row.get("name")? }))
        .await
}

/// Adds places, or their new names.
pub async fn put(
    tx: &mut Tx,
    account_id: &AccountId,
    connection_id: ConnectionId,
    places: &[StoredPlace],
) -> Result<()> {
    for chunk in places.chunks(CHUNK) {
        let row = |place: &StoredPlace| {
            [Value::from(account_id), connection_id.number().into(), (&place.id).into(), (&place.name).into()]
        };
        building("insert into provider_places (account_id, connection_id, place_id, name) ")
            .push_rows(chunk.iter().map(row))
            .push(" on conflict (account_id, connection_id, place_id) do update set name = excluded.name")
            .run(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Deletes the places of an account's connection.
pub async fn delete(db: impl Executor<'_>, account_id: &AccountId, connection_id: ConnectionId) -> Result<()> {
    query("delete from provider_places where account_id = $1 and connection_id = $2")
        .bind(account_id)
        .bind(connection_id.number())
        .run(db)
        .await
}
