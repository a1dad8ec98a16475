//! Deletes expired visits, browser sessions, unconfirmed links and known browsers.

use super::KNOWN_BROWSER_LIFETIME;
use crate::server::{
    clock::Epoch,
    storage::{self, Storage, browser_sessions, known_browsers, unconfirmed_links, visits},
};

/// Seconds that an ended visit is stored, so that its browser can be shown that it has ended.
const ENDED_RETENTION: Epoch = 7 * 24 * 60 * 60;

/// Deletes expired rows. Returns how many.
pub async fn sweep(storage: &Storage, now: Epoch) -> storage::Result<u64> {
    let (ended_before, known_before) = (now - ENDED_RETENTION, now - KNOWN_BROWSER_LIFETIME);
    let links = storage
        .delete_in_batches(move |mut tx, most| async move { unconfirmed_links::sweep(&mut tx, now, most).await });
    let links = links.await?;
    let visits =
        storage.delete_in_batches(move |mut tx, most| async move { visits::sweep(&mut tx, ended_before, most).await });
    let visits = visits.await?;
    let sessions =
        storage.delete_in_batches(move |mut tx, most| async move { browser_sessions::sweep(&mut tx, now, most).await });
    let sessions = sessions.await?;
    let browsers = storage
        .delete_in_batches(move |mut tx, most| async move { known_browsers::sweep(&mut tx, known_before, most).await });
    Ok(links + visits + sessions + browsers.await?)
}
