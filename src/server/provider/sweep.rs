//! Deletes what is no longer needed: unused approvals, spent tickets, old tokens, finished updates, and grants that
//! were unused for half a year. Gives up updates that waited for a week.

use crate::server::{
    clock::Epoch,
    storage::{self, Storage, provider_grants, provider_tokens, provider_updates},
};

const DAY: Epoch = 24 * 60 * 60;
/// Seconds without a refresh after which a grant ends.
pub(super) const IDLE: Epoch = 180 * DAY;
/// Seconds that a pair of tokens is stored after its successor was issued, so that its reuse is recognized.
const REPLACED_RETENTION: Epoch = 30 * DAY;
/// Seconds that an update waits to be read. Without Syncaroo's API, nothing reads it.
const WAITING_RETENTION: Epoch = 7 * DAY;
/// Seconds that a finished update is stored.
const UPDATE_RETENTION: Epoch = 30 * DAY;

/// Deletes expired rows. Returns how many.
pub async fn sweep(storage: &Storage, now: Epoch) -> storage::Result<u64> {
    let tickets = storage
        .delete_in_batches(move |mut tx, most| async move { provider_grants::sweep_tickets(&mut tx, now, most).await });
    let tickets = tickets.await?;
    let approvals = storage.delete_in_batches(move |mut tx, most| async move {
        provider_grants::sweep_not_exchanged(&mut tx, now, most).await
    });
    let approvals = approvals.await?;
    let idle = storage.delete_in_batches(move |mut tx, most| async move {
        provider_grants::sweep_idle(&mut tx, now - IDLE, most).await
    });
    let idle = idle.await?;
    let tokens = storage.delete_in_batches(move |mut tx, most| async move {
        provider_tokens::sweep(&mut tx, now - REPLACED_RETENTION, most).await
    });
    let tokens = tokens.await?;
    let given_up = storage.delete_in_batches(move |mut tx, most| async move {
        provider_updates::give_up(&mut tx, now - WAITING_RETENTION, now, most).await
    });
    given_up.await?;
    let updates = storage.delete_in_batches(move |mut tx, most| async move {
        provider_updates::sweep(&mut tx, now - UPDATE_RETENTION, most).await
    });
    Ok(tickets + approvals + idle + tokens + updates.await?)
}
