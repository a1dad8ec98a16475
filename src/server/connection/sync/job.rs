//! The job that reads a connection's data. There is one for each connection that can be used; it runs when a sync is
//! due.

use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::server::{
    clock::Epoch,
    connection::{Connections, SyncStep},
    ids::ConnectionId,
    jobs::{Handler, Job, JobKind, Next, Queue},
    storage::{self, connection_sync},
};

/// Connections that one process reads at once.
const CONCURRENCY: usize = 4;
/// Pages after which other jobs get their turn: a person may wait for one.
const STEPS_PER_RUN: usize = 50;
/// Time after which other jobs get their turn: 50 pages of a slow system would take a quarter of an hour.
const RUN_TIME: Duration = Duration::from_secs(10);
/// Seconds after which a connection is looked at again whose system is not configured.
const NOT_CONFIGURED: Epoch = 60 * 60;
/// Connections whose jobs are added at once at the start.
const BATCH: i64 = 500;

/// Runs the jobs [`JobKind::ConnectionSync`].
pub struct SyncHandler(pub Connections);

#[async_trait]
impl Handler for SyncHandler {
    fn kind(&self) -> JobKind {
        JobKind::ConnectionSync
    }

    fn concurrency(&self) -> usize {
        CONCURRENCY
    }

    fn runs_at_start(&self) -> bool {
        true
    }

    async fn run(&self, job: &Job, stop: &CancellationToken) -> storage::Result<Next> {
        if job.key.is_empty() {
            return self.add_missing().await;
        }
        let id = ConnectionId::from(job.key.clone());
        let (clock, started) = (&self.0.context().core.clock, self.0.context().core.clock.uptime());
        for _ in 0..STEPS_PER_RUN {
            if stop.is_cancelled() || clock.uptime().saturating_sub(started) >= RUN_TIME {
                return Ok(Next::Continue);
            }
            match self.0.sync_step(&id).await? {
                SyncStep::More => {}
                SyncStep::Pause(until) => return Ok(Next::At(until)),
                SyncStep::Done => return self.after(&id).await,
            }
        }
        Ok(Next::Continue)
    }
}

impl SyncHandler {
    /// When a connection's next sync is due. Its job ends when it can't be used any more.
    async fn after(&self, id: &ConnectionId) -> storage::Result<Next> {
        let (context, now) = (self.0.context(), self.0.context().now());
        let due_at = connection_sync::find(context.core.storage.reader(), id).await?.and_then(|state| state.due_at);
        Ok(due_at.map_or(Next::Done, |at| Next::At(if at > now { at } else { now + NOT_CONFIGURED })))
    }

    /// Adds the jobs of connections that are due, in case a database was restored without them.
    async fn add_missing(&self) -> storage::Result<Next> {
        let due = self.0.due_connections(BATCH).await?;
        let now = self.0.context().now();
        let write = self.0.context().core.storage.write(move |mut tx| async move {
            for id in due {
                Queue::add(&mut tx, JobKind::ConnectionSync, id.as_str(), now).await?;
            }
            Ok(())
        });
        write.await.map(|()| Next::Done)
    }
}
