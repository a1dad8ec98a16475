//! What the steps of this module share.

use tokio_util::task::TaskTracker;
use url::Url;

use super::{ConnectError, Connectors, System, UseError, connectors::AnyConnector};
use crate::server::{
    clock::Epoch,
    connectors::{Caller, ConnectorError},
    core::Core,
    jobs::Queue,
    outbound::{Limits, Outbound},
    vault::Vault,
};
use std::{future::Future, sync::Arc, time::Duration};

pub struct Context {
    pub core: Core,
    pub vault: Vault,
    pub connectors: Connectors,
    /// For token calls and tests, which a person waits for.
    quick: Outbound,
    /// For pages of data.
    data: Outbound,
    public_url: Url,
    /// Wakes the worker, which reads connections' data.
    pub queue: Queue,
    tasks: TaskTracker,
}

/// Longest time for all calls of a renewal or a sign-in. A lease is longer.
pub const CALL_LIMIT: Duration = Duration::from_secs(20);

impl Context {
    pub fn new(
        core: Core,
        vault: Vault,
        outbound: &Outbound,
        connectors: Connectors,
        public_url: Url,
        queue: Queue,
    ) -> Self {
        let (limits, data) = (outbound.limits(), outbound.limits().for_data());
        let quick = outbound.with_limits(Limits { body: data.body, ..limits });
        let data = outbound.with_limits(data);
        Self { core, vault, connectors, quick, data, public_url, queue, tasks: TaskTracker::new() }
    }

    pub fn now(&self) -> Epoch {
        self.core.clock.now()
    }

    pub fn connector(&self, system: System) -> Result<Arc<dyn AnyConnector>, UseError> {
        self.connectors.get(system).cloned().ok_or(UseError::NotConfigured)
    }

    pub fn quick_caller(&self) -> Caller {
        Caller::new(self.quick.clone(), self.core.clock.clone())
    }

    pub fn data_caller(&self) -> Caller {
        Caller::new(self.data.clone(), self.core.clock.clone())
    }

    /// The address that a system's consent page sends the browser to.
    pub fn callback(&self, system: System) -> Url {
        let mut url = self.public_url.clone();
        url.set_path(&format!("/connections/{}/callback", system.name()));
        url
    }

    /// Runs a step in a task of its own, so that it completes even if the caller stops waiting: the browser may leave
    /// after the other system has answered and before its answer is stored.
    pub async fn complete<T, E, F>(&self, step: F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static + From<Interrupted>,
    {
        self.tasks.spawn(step).await.unwrap_or_else(|_| Err(Interrupted.into()))
    }

    /// Waits for the steps that are running.
    pub async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Limits the time of a step's calls.
pub async fn within_limit<T>(calls: impl Future<Output = Result<T, ConnectorError>>) -> Result<T, ConnectorError> {
    tokio::time::timeout(CALL_LIMIT, calls).await.unwrap_or(Err(ConnectorError::TooSlow))
}

/// A step's task panicked.
pub struct Interrupted;

const INTERRUPTED: ConnectorError = ConnectorError::NotUnderstood("the step was interrupted");

impl From<Interrupted> for UseError {
    fn from(_: Interrupted) -> Self {
        Self::System(INTERRUPTED)
    }
}

impl From<Interrupted> for ConnectError {
    fn from(_: Interrupted) -> Self {
        Self::System(INTERRUPTED)
    }
}
