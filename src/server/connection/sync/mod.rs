//! Reads a connection's data, one page a step: places, then the items of each place. A step stores its rows together
//! with the position after them, so a sync continues after a restart where it stopped, and of two workers one stores.
//! What a complete sync did not find is removed, unless a row was left out or a list was not read to its end.

mod items;
mod job;
mod places;
mod store;

pub use job::SyncHandler;
pub use store::search_text;

use std::sync::Arc;

use super::{
    Phase, SyncPosition, SyncState, SyncStep, UseError,
    call::{Called, Make, call},
    connectors::AnyConnector,
    context::Context,
};
use crate::server::{
    clock::Epoch,
    connectors::Batch,
    ids::ConnectionId,
    storage::{self, connection_places, connection_sync},
};

/// Seconds between two syncs that read only changes.
pub const CHANGES_EVERY: Epoch = 60 * 60;
/// Seconds between two syncs where a system can't tell what changed.
pub const EVERY: Epoch = 6 * 60 * 60;
/// Seconds after which everything is read, also where the system can tell what changed.
pub const FULL_EVERY: Epoch = 24 * 60 * 60;
/// Seconds by which changes are read again: the other system's clock may differ.
const OVERLAP: Epoch = 10 * 60;
/// Most pages of one list.
pub const MAX_PAGES: i64 = 10_000;
/// Most places and items of one sync.
pub const MAX_ROWS: i64 = 500_000;
/// Failures in a row after which a list that can't be read is left out.
const PATIENCE: i64 = 3;
/// Seconds after which a connection is looked at again whose account is disabled.
const DISABLED_PAUSE: Epoch = 60 * 60;
/// Rows that one step of the cleanup deletes.
const CLEANUP: i64 = 500;

/// A sync at one step.
struct Step<'a> {
    context: &'a Arc<Context>,
    id: &'a ConnectionId,
    connector: Arc<dyn AnyConnector>,
    state: SyncState,
    /// Whether a sync begins with this step.
    begins: bool,
}

/// Reads and stores the next page of a connection's data.
pub async fn step(context: &Arc<Context>, id: &ConnectionId) -> storage::Result<SyncStep> {
    let (in_task, id) = (context.clone(), id.clone());
    let stepped = context.complete(async move { run(&in_task, &id).await }).await;
    match stepped {
        Ok(step) => Ok(step),
        Err(UseError::Database(e)) => Err(e),
        Err(UseError::Failing(until)) => Ok(SyncStep::Pause(until.max(context.now() + 1))),
        Err(UseError::System(_) | UseError::Sealed) => Ok(SyncStep::Pause(context.now() + super::pause::after(0))),
        Err(UseError::NotFound | UseError::NotConfigured | UseError::NeedsReconnect) => Ok(SyncStep::Done),
    }
}

async fn run(context: &Arc<Context>, id: &ConnectionId) -> Result<SyncStep, UseError> {
    let Some(mut state) = connection_sync::find(context.core.storage.reader(), id).await? else {
        return Ok(SyncStep::Done);
    };
    let (connector, now) = (context.connector(state.system)?, context.now());
    if state.needs_reconnect {
        return Ok(SyncStep::Done);
    }
    if state.account_disabled {
        return Ok(SyncStep::Pause(now + DISABLED_PAUSE));
    }
    if now < state.paused_until {
        return Ok(SyncStep::Pause(state.paused_until));
    }
    let begins = state.position.phase == Phase::Idle;
    if begins {
        if state.due_at.is_none_or(|due| now < due) {
            return Ok(SyncStep::Done);
        }
        state.position = begin(&state, connector.is_incremental(), now);
    }
    let step = Step { context, id, connector, state, begins };
    match step.state.position.phase {
        Phase::Idle | Phase::Places => step.read_places().await,
        Phase::Items => step.read_items().await,
        Phase::Cleanup => step.clean_up().await,
    }
}

/// Returns the position at which a new sync begins.
fn begin(state: &SyncState, is_incremental: bool, now: Epoch) -> SyncPosition {
    let is_full_due = now - state.full_read_at >= FULL_EVERY || state.full_read_at > now;
    let full = state.full_wanted || !is_incremental || state.changes_from == 0 || is_full_due;
    SyncPosition {
        phase: Phase::Places,
        run: state.position.run + 1,
        step: state.position.step,
        full,
        clean: true,
        skipped: false,
        since: (!full).then(|| state.changes_from - OVERLAP),
        started_at: now,
        cursor: None,
        place: String::new(),
        page: 0,
        pages: None,
        list_pages: 0,
        rows: 0,
    }
}

impl Step<'_> {
    /// Calls the system. The result of a rejected token is stored; other failures are for the step to store.
    async fn ask<A: Sync, T>(&self, with: &A, make: Make<A, Batch<T>>) -> Result<Called<Batch<T>>, UseError> {
        call(self.context, self.id, &self.context.data_caller(), with, make).await
    }

    /// Advances a position by a page of a list. Returns whether the list continues.
    fn turn_page<T>(position: &mut SyncPosition, batch: &Batch<T>) -> bool {
        position.list_pages += 1;
        position.rows += i64::try_from(batch.rows.len()).unwrap_or(i64::MAX);
        position.clean &= batch.malformed == 0;
        position.cursor.clone_from(&batch.next);
        let is_endless = batch.next.is_some() && (position.list_pages >= MAX_PAGES || position.rows >= MAX_ROWS);
        if is_endless {
            Self::break_off(position);
        }
        position.cursor.is_some()
    }

    /// Ends a list before its end.
    fn break_off(position: &mut SyncPosition) {
        position.cursor = None;
        (position.clean, position.skipped) = (false, true);
    }

    /// The position after the last list.
    fn after_lists(mut position: SyncPosition) -> SyncPosition {
        position.phase = if position.full && position.clean { Phase::Cleanup } else { Phase::Idle };
        position
    }

    /// When the next sync is due.
    fn next_due(&self, position: &SyncPosition) -> Epoch {
        let every = if self.connector.is_incremental() { CHANGES_EVERY } else { EVERY };
        position.started_at.saturating_add(every)
    }

    /// Removes a part of what a complete sync did not find.
    async fn clean_up(self) -> Result<SyncStep, UseError> {
        let (id, run) = (self.id.clone(), self.state.position.run);
        let delete = self
            .context
            .core
            .storage
            .write(move |mut tx| async move { connection_places::delete_older(&mut tx, &id, run, CLEANUP).await });
        if delete.await? > 0 {
            return Ok(SyncStep::More);
        }
        let position = SyncPosition { phase: Phase::Idle, ..self.state.position.clone() };
        self.store_position(position).await
    }
}
