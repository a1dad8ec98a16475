//! Adds jobs and wakes the worker.

use std::sync::Arc;

use tokio::sync::Notify;

use super::JobKind;
use crate::server::{
    clock::Epoch,
    storage::{self, Tx, jobs},
};

/// Clones wake the same worker.
#[derive(Debug, Clone, Default)]
pub struct Queue(Arc<Notify>);

impl Queue {
    /// Adds a job in the caller's transaction, or moves a waiting one ahead if `due_at` is earlier. If it runs, it runs
    /// again afterwards. Call [`Self::wake`] after the transaction.
    pub async fn add(tx: &mut Tx, kind: JobKind, key: &str, due_at: Epoch) -> storage::Result<()> {
        jobs::add(tx, kind, key, due_at, false).await
    }

    /// Like [`Self::add`], ahead of other jobs of the kind, because someone waits for it.
    pub async fn add_urgent(tx: &mut Tx, kind: JobKind, key: &str, due_at: Epoch) -> storage::Result<()> {
        jobs::add(tx, kind, key, due_at, true).await
    }

    /// Makes this process's worker look for due jobs. Workers of other processes notice new jobs within a second.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.0.notified().await;
    }
}
