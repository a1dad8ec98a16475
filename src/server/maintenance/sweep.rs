//! Deletes expired rows: each module deletes its own, one module after the other. Nothing depends on it, because every
//! query checks the time as well.

use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::clock_set_back::ClockSetBack;
use crate::server::{
    account,
    account_management::delete_never_linked,
    activation, audit,
    clock::Epoch,
    connection,
    core::Core,
    identity,
    jobs::{Handler, Job, JobKind, Next, Queue},
    launch, provider,
    storage::{self},
    visit,
};

/// Seconds between two sweeps.
const PERIOD: Epoch = 60;

/// Runs the job [`JobKind::Sweep`]. Clones share the last time read from the clock.
#[derive(Clone)]
pub struct Sweep {
    core: Core,
    clock_set_back: Arc<ClockSetBack>,
}

impl Sweep {
    pub fn new(core: Core) -> Self {
        Self { core, clock_set_back: Arc::default() }
    }

    /// Corrects future timestamps if the system clock was set back, checkpoints the write-ahead log, and deletes
    /// expired rows. Returns how many.
    pub async fn delete_expired(&self) -> storage::Result<u64> {
        self.clock_set_back.correct(&self.core).await?;
        let (storage, now) = (&self.core.storage, self.core.clock.now());
        if let Err(e) = storage.checkpoint().await {
            tracing::warn!(error = %e, "could not checkpoint the write-ahead log");
        }
        Ok(visit::sweep(storage, now).await?
            + identity::sweep(storage, now).await?
            + launch::sweep(storage, now).await?
            + activation::sweep(storage, now).await?
            + connection::sweep(&self.core).await?
            + provider::sweep(storage, now).await?
            + account::sweep(storage, now).await?
            + audit::sweep(storage, now).await?)
    }

    /// Adds the job that runs once a minute, if there is none yet.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn schedule(&self, queue: &Queue) -> storage::Result<()> {
        let now = self.core.clock.now();
        self.core
            .storage
            .write(move |mut tx| async move { Queue::add(&mut tx, JobKind::Sweep, "", now).await })
            .await?;
        queue.wake();
        Ok(())
    }
}

#[async_trait]
impl Handler for Sweep {
    fn kind(&self) -> JobKind {
        JobKind::Sweep
    }

    async fn run(&self, _: &Job, _: &CancellationToken) -> storage::Result<Next> {
        let rows = self.delete_expired().await?;
        if rows > 0 {
            tracing::info!(rows, "deleted expired rows");
        }
        let accounts = delete_never_linked(&self.core).await?;
        if accounts > 0 {
            tracing::info!(accounts, "deleted accounts that were registered and never linked");
        }
        Ok(Next::At(self.core.clock.now() + PERIOD))
    }
}
