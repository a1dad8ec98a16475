//! Deletes expired rows: each module deletes its own, one module after the other. Nothing depends on it, because every
//! query checks the time as well.

use super::clock_set_back::ClockSetBack;
use crate::server::{
    account, activation, audit, connection,
    core::Core,
    identity, launch, provider,
    storage::{self},
    visit,
};

pub struct Sweep {
    core: Core,
    clock_set_back: ClockSetBack,
}

impl Sweep {
    pub fn new(core: Core) -> Self {
        Self { core, clock_set_back: ClockSetBack::default() }
    }

    /// Corrects future timestamps if the system clock was set back, checkpoints the write-ahead log, and deletes
    /// expired rows. Returns how many.
    pub async fn run(&self) -> storage::Result<u64> {
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
            + account::sweep(storage, now).await?
            + provider::sweep(storage, now).await?
            + audit::sweep(storage, now).await?)
    }
}
