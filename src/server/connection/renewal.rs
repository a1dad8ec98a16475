//! Renews a connection's token, one process at a time (threat T40). The process with the lease asks the system; the
//! others wait for its result. The lease is a row's column, so no transaction is open during the call. A new
//! grant is stored before it is used.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use super::{
    StoredGrant, UseError,
    connectors::AnyConnector,
    context::{Context, within_limit},
    grant, pause, trace,
};
use crate::server::{
    clock::Epoch,
    connectors::{Caller, ConnectorError, Grant, RenewalPolicy},
    ids::ConnectionId,
    jobs::{JobKind, Queue},
    metrics::RefreshOutcome,
    storage::{self, connection_grants, connection_log, connections},
};

/// Seconds that a process may take to renew; longer than [`super::context::CALL_LIMIT`].
pub const LEASE: Epoch = 30;
/// How often a waiting process looks for the result.
const POLL: Duration = Duration::from_millis(100);
/// How long a process waits for the result: a lease, and a renewal of its own after that one was lost.
const MAX_WAIT: Duration = Duration::from_secs(55);
/// How often storing a new grant is tried. There is no other copy of a single-use token.
const STORE_TRIES: u32 = 5;

/// A grant that may be used now.
pub struct UsableGrant {
    pub grant: Grant,
    pub version: i64,
    pub failures: i64,
    /// The newest lease that had ended when it was read.
    lease: i64,
    pub connector: Arc<dyn AnyConnector>,
    pub system: super::System,
}

/// Why a token is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It expires soon and still works.
    Ahead,
    /// It has expired or was rejected.
    Now,
}

/// Returns a connection's grant, renewed if it expires soon.
pub async fn usable(context: &Arc<Context>, id: &ConnectionId) -> Result<UsableGrant, UseError> {
    let stored = load(context, id).await?;
    let now = context.now();
    let usable = open(context, id, &stored)?;
    if !stored.is_renewal_due(now) || usable.connector.policy() == RenewalPolicy::None {
        return Ok(usable);
    }
    let need = if stored.has_expired(now) { Need::Now } else { Need::Ahead };
    if need == Need::Ahead && now < stored.renew_after {
        return Ok(usable);
    }
    match renewed(context, id, &usable, need).await {
        Err(UseError::System(_) | UseError::Failing(_)) if need == Need::Ahead => Ok(usable),
        result => result,
    }
}

/// Returns a newer grant than `used`: one that another process stored, or a renewed one.
///
/// # Errors
/// [`UseError::NeedsReconnect`] if the system says that the grant is gone. [`UseError::Failing`] if another process
/// failed to renew it meanwhile.
pub async fn renewed(
    context: &Arc<Context>,
    id: &ConnectionId,
    used: &UsableGrant,
    need: Need,
) -> Result<UsableGrant, UseError> {
    let (in_task, id, version, lease) = (context.clone(), id.clone(), used.version, used.lease);
    context.complete(async move { wait_or_renew(&in_task, &id, version, lease, need).await }).await
}

async fn wait_or_renew(
    context: &Arc<Context>,
    id: &ConnectionId,
    version: i64,
    seen_lease: i64,
    need: Need,
) -> Result<UsableGrant, UseError> {
    let deadline = Instant::now() + MAX_WAIT;
    loop {
        let stored = load(context, id).await?;
        if stored.version != version {
            return open(context, id, &stored);
        }
        if stored.lease.until == 0 && stored.lease.number != seen_lease {
            return Err(UseError::Failing(stored.next_try_at.max(stored.renew_after)));
        }
        if stored.lease.until <= context.now()
            && let Some(result) = try_renew(context, id, &stored, need).await?
        {
            return result;
        }
        if Instant::now() >= deadline {
            return Err(UseError::Failing(stored.next_try_at));
        }
        sleep(POLL).await;
    }
}

/// Acquires the lease and renews. Returns none if another process has the lease.
async fn try_renew(
    context: &Arc<Context>,
    id: &ConnectionId,
    stored: &StoredGrant,
    need: Need,
) -> Result<Option<Result<UsableGrant, UseError>>, UseError> {
    let connector = context.connector(stored.system)?;
    let single_use = connector.policy() == RenewalPolicy::SingleUse;
    let (in_job, version, now) = (id.clone(), stored.version, context.now());
    let acquire = context.core.storage.write(move |mut tx| async move {
        connection_grants::acquire_lease(&mut tx, &in_job, version, single_use, now, now + LEASE).await
    });
    let Some(lease) = acquire.await? else { return Ok(None) };
    let owned = OwnedLease { context, id, stored, number: lease.number, was_sent: lease.was_sent, need };
    let sealed = lease.renewal.as_ref().map(|sealed| context.vault.open(&grant::renewal_context(id), sealed));
    let renewal = match sealed {
        Some(Ok(renewal)) => renewal,
        Some(Err(_)) => {
            owned.release(ConnectorError::Unreachable { slow: false }, Vec::new()).await?;
            return Ok(Some(Err(UseError::Sealed)));
        }
        // Some grants have no refresh token, although their system issues them.
        None => return Ok(Some(owned.end(ConnectorError::TokenRejected.kind().name(), Vec::new()).await)),
    };
    let caller = context.quick_caller();
    let result = within_limit(connector.renew_grant(&caller, &renewal)).await;
    Ok(Some(owned.settle(result, &caller).await))
}

/// A lease that this process has.
struct OwnedLease<'a> {
    context: &'a Arc<Context>,
    id: &'a ConnectionId,
    stored: &'a StoredGrant,
    number: i64,
    was_sent: bool,
    need: Need,
}

impl OwnedLease<'_> {
    async fn settle(self, result: Result<Grant, ConnectorError>, caller: &Caller) -> Result<UsableGrant, UseError> {
        let log = trace::entries(self.context, caller, result.as_ref().err());
        match result {
            Ok(grant) => self.store(&grant, log).await,
            Err(ConnectorError::GrantGone) => {
                let code = if self.was_sent { "reply_lost" } else { ConnectorError::GrantGone.kind().name() };
                self.end(code, log).await
            }
            Err(error) => {
                self.count(RefreshOutcome::Failed);
                self.release(error.clone(), log).await?;
                Err(UseError::System(error))
            }
        }
    }

    /// Stores a new grant, unless a newer one was stored, and returns the newest.
    async fn store(self, new: &Grant, log: Vec<super::LogEntry>) -> Result<UsableGrant, UseError> {
        let now = self.context.now();
        let sealed = grant::seal(&self.context.vault, self.id, new, now);
        for tries_left in (0..STORE_TRIES).rev() {
            let (id, version, sealed, log) = (self.id.clone(), self.stored.version, sealed.clone(), log.clone());
            let write = self.context.core.storage.write(move |mut tx| async move {
                let stored = connection_grants::store_renewed(&mut tx, &id, version, &sealed, now).await?;
                Queue::add(&mut tx, JobKind::ConnectionSync, id.as_str(), now).await?;
                connection_log::append(&mut tx, &id, &log, super::MAX_LOG).await?;
                Ok::<_, storage::Error>(stored)
            });
            match write.await {
                Ok(stored) => {
                    self.count(if stored { RefreshOutcome::Renewed } else { RefreshOutcome::Overtaken });
                    return newest(self.context, self.id).await;
                }
                Err(e) if e.is_transient() && tries_left > 0 => sleep(Duration::from_millis(500)).await,
                Err(e) => return Err(e.into()),
            }
        }
        Err(UseError::Failing(now))
    }

    /// Marks the connection, unless another process stored a grant or acquired a lease meanwhile: the loser of a race
    /// must not break the winner's connection.
    async fn end(self, code: &'static str, log: Vec<super::LogEntry>) -> Result<UsableGrant, UseError> {
        let (id, version, lease) = (self.id.clone(), self.stored.version, self.number);
        let write = self.context.core.storage.write(move |mut tx| async move {
            let ended = connections::set_needs_reconnect(&mut tx, &id, version, Some(lease), code).await?;
            connection_log::append(&mut tx, &id, &log, super::MAX_LOG).await?;
            Ok::<_, storage::Error>(ended)
        });
        if write.await? {
            self.count(RefreshOutcome::GrantGone);
            return Err(UseError::NeedsReconnect);
        }
        self.count(RefreshOutcome::Overtaken);
        let newest = newest(self.context, self.id).await?;
        if newest.version == self.stored.version { Err(UseError::Failing(self.context.now())) } else { Ok(newest) }
    }

    /// Ends the lease after a failure that says nothing about the grant.
    async fn release(&self, error: ConnectorError, log: Vec<super::LogEntry>) -> Result<(), UseError> {
        let was_unsent = !self.was_sent && matches!(error, ConnectorError::Unreachable { .. });
        let failure = pause::failure(&error, self.stored.failures, self.context.now());
        let (id, version, number, need) = (self.id.clone(), self.stored.version, self.number, self.need);
        let write = self.context.core.storage.write(move |mut tx| async move {
            let again = failure.next_try_at;
            if connection_grants::release_lease(&mut tx, &id, number, was_unsent, again).await? && need == Need::Now {
                connections::set_failing(&mut tx, &id, version, failure).await?;
            }
            connection_log::append(&mut tx, &id, &log, super::MAX_LOG).await
        });
        write.await?;
        self.context.core.metrics.connection_failed(self.stored.system.name(), error.kind());
        Ok(())
    }

    fn count(&self, outcome: RefreshOutcome) {
        self.context.core.metrics.connection_refreshed(self.stored.system.name(), outcome);
    }
}

async fn newest(context: &Arc<Context>, id: &ConnectionId) -> Result<UsableGrant, UseError> {
    let stored = load(context, id).await?;
    open(context, id, &stored)
}

async fn load(context: &Context, id: &ConnectionId) -> Result<StoredGrant, UseError> {
    let stored = connection_grants::find(context.core.storage.reader(), id).await?.ok_or(UseError::NotFound)?;
    if stored.needs_reconnect { Err(UseError::NeedsReconnect) } else { Ok(stored) }
}

fn open(context: &Context, id: &ConnectionId, stored: &StoredGrant) -> Result<UsableGrant, UseError> {
    Ok(UsableGrant {
        grant: grant::open(&context.vault, id, stored).map_err(|_| UseError::Sealed)?,
        version: stored.version,
        failures: stored.failures,
        lease: stored.lease.number - i64::from(stored.lease.until > context.now()),
        connector: context.connector(stored.system)?,
        system: stored.system,
    })
}
