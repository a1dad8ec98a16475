//! The job that reads what Syncaroo announced: the `apiUrl` of each update, with the installation's Syncaroo token.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{DueUpdate, Provider, UpdateResult};
use crate::server::{
    clock::Epoch,
    connection::{Connections, UseError},
    connectors::ConnectorError,
    jobs::{Handler, Job, JobKind, Next},
    storage,
};

/// Seconds until an update is tried again, by the attempts made. After the last one it has failed.
const PAUSES: [Epoch; 6] = [30, 120, 600, 3_600, 6 * 3_600, 24 * 3_600];
/// Updates after which other jobs get their turn.
const UPDATES_PER_RUN: usize = 100;

/// Runs the job [`JobKind::ProviderUpdates`].
pub struct UpdateHandler {
    pub provider: Provider,
    pub connections: Connections,
}

#[async_trait]
impl Handler for UpdateHandler {
    fn kind(&self) -> JobKind {
        JobKind::ProviderUpdates
    }

    fn runs_at_start(&self) -> bool {
        true
    }

    async fn run(&self, _: &Job, stop: &CancellationToken) -> storage::Result<Next> {
        for _ in 0..UPDATES_PER_RUN {
            if stop.is_cancelled() {
                break;
            }
            let Some(update) = self.provider.next_update().await? else {
                let next = self.provider.next_update_at().await?;
                return Ok(next.map_or(Next::Done, Next::At));
            };
            let result = self.read(&update).await?;
            self.provider.finish_update(&update.id, result).await?;
        }
        Ok(Next::Continue)
    }
}

impl UpdateHandler {
    async fn read(&self, update: &DueUpdate) -> storage::Result<UpdateResult> {
        let error = match self.connections.read_announced(update.api_url.clone()).await {
            Ok(()) => return Ok(UpdateResult::Read),
            Err(UseError::Database(e)) => return Err(e),
            Err(UseError::System(ConnectorError::NotPermitted)) => return Ok(UpdateResult::Refused),
            Err(error) => error,
        };
        let paused_until = if let UseError::Failing(until) = error { until } else { 0 };
        tracing::info!(%error, tries = update.tries, "could not read what Syncaroo announced");
        let tries = usize::try_from(update.tries - 1).unwrap_or_default();
        Ok(PAUSES
            .get(tries)
            .map_or(UpdateResult::Failed, |pause| UpdateResult::Retry((self.provider.now() + pause).max(paused_until))))
    }
}
