//! Deletes old audit rows.

use super::RETENTION;
use crate::server::{
    clock::Epoch,
    storage::{self, Storage, audit_sweeps},
};

/// Seconds that an event about no known account is stored: mostly wrong passwords for emails without an account, and
/// codes that opened no visit.
const UNKNOWN_RETENTION: Epoch = 7 * 24 * 60 * 60;

/// Deletes old rows. Returns how many.
pub async fn sweep(storage: &Storage, now: Epoch) -> storage::Result<u64> {
    let (before, unknown_before) = (now - RETENTION, now - UNKNOWN_RETENTION);
    let unknown = storage.delete_in_batches(move |mut tx, most| async move {
        audit_sweeps::sweep_without_account(&mut tx, unknown_before, most).await
    });
    let unknown = unknown.await?;
    let all =
        storage.delete_in_batches(move |mut tx, most| async move { audit_sweeps::sweep(&mut tx, before, most).await });
    Ok(unknown + all.await?)
}
