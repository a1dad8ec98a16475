//! Deletes failed sign-in attempts that no longer count.

use super::ATTEMPT_MEMORY;
use crate::server::{
    clock::Epoch,
    storage::{self, Storage, attempts},
};

/// Deletes old rows. Returns how many.
pub async fn sweep(storage: &Storage, now: Epoch) -> storage::Result<u64> {
    let before = now - ATTEMPT_MEMORY;
    storage.delete_in_batches(move |mut tx, most| async move { attempts::sweep(&mut tx, before, most).await }).await
}
