//! Deletes a connection: first its tokens, then its data in batches, because a launch may be waiting for the writer.
//! None of the systems documents how to revoke a token, so nothing is sent.

use super::ConnectError;
use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    core::Core,
    ids::{AccountId, ConnectionId, VisitId},
    storage::{self, Storage, audit, connection_places, connections},
    visit::acts_as,
};

/// Closed connections that one sweep deletes.
const CLOSED_PER_SWEEP: i64 = 20;

/// Disconnects for a visit of the account, or, without one, for the operator.
pub async fn disconnect(
    core: &Core,
    visit: Option<&VisitId>,
    account: Option<&AccountId>,
    id: &ConnectionId,
    client: ClientInfo,
) -> Result<(), ConnectError> {
    let (visit, account, closed, now) = (visit.cloned(), account.cloned(), id.clone(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        if let Some((visit, account)) = visit.as_ref().zip(account.as_ref())
            && !acts_as(&mut tx, visit, account, now).await?
        {
            return Err(ConnectError::VisitEnded);
        }
        storage::overwrite_deleted(&mut tx, true).await?;
        let system = connections::close(&mut tx, account.as_ref(), &closed).await?;
        storage::overwrite_deleted(&mut tx, false).await?;
        let system = system.ok_or(ConnectError::NotFound)?;
        let about = AuditSubject {
            account: account.as_ref(),
            visit: visit.as_ref(),
            detail: system.name(),
            ..AuditSubject::default()
        };
        Ok(audit::insert(&mut tx, AuditAction::Disconnected, about, &client, now).await?)
    });
    write.await?;
    delete_data(&core.storage, id).await?;
    Ok(())
}

/// Deletes what an interrupted disconnection left. Returns how many rows.
pub async fn sweep(storage: &Storage) -> storage::Result<u64> {
    let mut deleted = 0;
    for id in connections::list_closed(storage.reader(), CLOSED_PER_SWEEP).await? {
        deleted += delete_data(storage, &id).await?;
    }
    Ok(deleted)
}

async fn delete_data(storage: &Storage, id: &ConnectionId) -> storage::Result<u64> {
    let mut deleted = 0;
    loop {
        let id = id.clone();
        let delete = storage.write(move |mut tx| async move {
            let rows = connection_places::delete_older(&mut tx, &id, i64::MAX, BATCH).await?;
            if rows == 0 {
                connections::delete_closed(&mut tx, &id).await?;
            }
            Ok::<_, storage::Error>(rows)
        });
        match delete.await? {
            0 => return Ok(deleted + 1),
            rows => deleted += rows,
        }
    }
}

/// Rows deleted by one transaction.
const BATCH: i64 = 500;
