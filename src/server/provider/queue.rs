//! The queue of updates. Receiving one stores it and nothing else; a worker takes it, reads its `apiUrl` and stores the
//! result. An update whose worker died is taken again when its lease ends.

use super::{Announcement, DueUpdate, StoredGrant, UpdateResult, UpdateState};
use crate::server::{
    clock::Epoch,
    core::Core,
    ids::UpdateId,
    jobs::{JobKind, Queue},
    metrics::ProviderOutcome,
    storage::{self, provider_updates},
};

/// Seconds in which the same body is the same update.
const REPEATED_WITHIN: Epoch = 10 * 60;
/// Updates of one grant that wait to be read.
pub const MAX_WAITING: i64 = 1_000;
/// Finished updates of one grant that are stored.
pub const MAX_FINISHED: i64 = 5_000;
/// Seconds of a worker's lease on an update: longer than it takes to read an `apiUrl`.
const LEASE: Epoch = 2 * 60;

/// The result of receiving an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    Queued,
    /// The grant received the same body within ten minutes.
    Repeated,
    /// Too many of its updates wait.
    Full,
}

/// Why an update was not stored. Undoes the insertion.
enum NotStored {
    Full,
    Database(storage::Error),
}

impl From<storage::Error> for NotStored {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

pub(super) async fn receive(core: &Core, grant: &StoredGrant, announcement: Announcement) -> storage::Result<Received> {
    let (id, now) = (grant.id.clone(), core.clock.now());
    let receive = core.storage.write(move |mut tx| async move {
        if !provider_updates::insert(&mut tx, &id, &announcement.update, now - REPEATED_WITHIN, now).await? {
            return Ok(Received::Repeated);
        }
        if provider_updates::count_waiting(&mut tx, &id).await? > MAX_WAITING {
            return Err(NotStored::Full);
        }
        provider_updates::delete_oldest_finished(&mut tx, &id, MAX_FINISHED).await?;
        Queue::add(&mut tx, JobKind::ProviderUpdates, "", now).await?;
        Ok(Received::Queued)
    });
    let received = match receive.await {
        Ok(received) => received,
        Err(NotStored::Full) => Received::Full,
        Err(NotStored::Database(e)) => return Err(e),
    };
    core.metrics.provider(match received {
        Received::Queued => ProviderOutcome::UpdateQueued,
        Received::Repeated => ProviderOutcome::UpdateRepeated,
        Received::Full => ProviderOutcome::UpdateRefused,
    });
    Ok(received)
}

pub(super) async fn next_update(core: &Core) -> storage::Result<Option<DueUpdate>> {
    let now = core.clock.now();
    // Most of the time there is none: look before taking the writer's time.
    if provider_updates::find_due(core.storage.reader(), now).await?.is_none() {
        return Ok(None);
    }
    let take = core.storage.write(move |mut tx| async move {
        let Some(due) = provider_updates::find_due(&mut tx, now).await? else { return Ok(None) };
        provider_updates::lease(&mut tx, &due.id, now + LEASE).await?;
        Ok(Some(DueUpdate { tries: due.tries + 1, ..due }))
    });
    take.await
}

pub(super) async fn finish_update(core: &Core, id: &UpdateId, result: UpdateResult) -> storage::Result<()> {
    let (id, now) = (id.clone(), core.clock.now());
    let state = match result {
        UpdateResult::Read => UpdateState::Read,
        UpdateResult::Refused => UpdateState::Refused,
        UpdateResult::Failed => UpdateState::Failed,
        UpdateResult::Retry(at) => {
            let schedule = core
                .storage
                .write_alone(move |mut tx| async move { provider_updates::schedule(&mut tx, &id, at.max(now)).await });
            return schedule.await;
        }
    };
    core.storage
        .write_alone(move |mut tx| async move { provider_updates::finish(&mut tx, &id, state, now).await })
        .await
}
