//! Deletes the hashes of launched codes.

use crate::server::{
    clock::Epoch,
    storage::{self, Storage, launch_codes},
};

/// Seconds that a launched code is remembered, so that it is not launched again.
const RETENTION: Epoch = 7 * 24 * 60 * 60;

/// Deletes old rows. Returns how many.
pub async fn sweep(storage: &Storage, now: Epoch) -> storage::Result<u64> {
    let before = now - RETENTION;
    storage.delete_in_batches(move |mut tx, most| async move { launch_codes::sweep(&mut tx, before, most).await }).await
}
