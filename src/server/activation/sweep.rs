//! Deletes old activation events. Unverified ones go first, because anybody can send them.

use crate::server::{
    audit,
    clock::Epoch,
    storage::{self, Storage, events},
};

/// Seconds that an unverified event is stored. Verified ones are stored as long as the audit.
const UNVERIFIED_RETENTION: Epoch = 7 * 24 * 60 * 60;
/// Maximum stored unverified events.
const MAX_UNVERIFIED: i64 = 20_000;

/// Deletes old rows. Returns how many.
pub async fn sweep(storage: &Storage, now: Epoch) -> storage::Result<u64> {
    let (before, unverified_before) = (now - audit::RETENTION, now - UNVERIFIED_RETENTION);
    let all = storage.delete_in_batches(move |mut tx, most| async move { events::sweep(&mut tx, before, most).await });
    let all = all.await?;
    let unverified = storage.delete_in_batches(move |mut tx, most| async move {
        events::sweep_unverified(&mut tx, unverified_before, MAX_UNVERIFIED, most).await
    });
    Ok(all + unverified.await?)
}
