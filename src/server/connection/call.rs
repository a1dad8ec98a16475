//! One call with a connection's grant. A rejected token is renewed once and the call repeated once.

use std::sync::Arc;

use super::{
    LogEntry, UseError,
    connectors::{Answer, AnyConnector},
    context::Context,
    pause,
    renewal::{Need, UsableGrant, renewed, usable},
    trace,
};
use crate::server::{
    connectors::{Caller, ConnectorError, Grant, RenewalPolicy},
    ids::ConnectionId,
    storage::{self, connection_log, connections},
};

/// Makes a call with `A`.
pub type Make<A, T> = for<'a> fn(&'a dyn AnyConnector, &'a Caller, &'a Grant, &'a A) -> Answer<'a, T>;

/// The result of a call whose token was accepted, and what is to be stored about it.
pub struct Called<T> {
    pub result: Result<T, ConnectorError>,
    pub log: Vec<LogEntry>,
    /// The version of the grant that was used.
    pub version: i64,
    /// Failures before it.
    pub failures: i64,
}

/// Makes a call and, if the token is rejected, a renewal and the call again. Stores the result only if the connection
/// needs to be authorized again.
pub async fn call<A: Sync, T>(
    context: &Arc<Context>,
    id: &ConnectionId,
    caller: &Caller,
    with: &A,
    make: Make<A, T>,
) -> Result<Called<T>, UseError> {
    let grant = usable(context, id).await?;
    let result = make(&*grant.connector, caller, &grant.grant, with).await;
    let Err(error) = result.as_ref() else { return Ok(called(context, caller, grant, result)) };
    if !is_rejection(error) {
        return Ok(called(context, caller, grant, result));
    }
    if grant.connector.policy() == RenewalPolicy::None {
        return Err(reject(context, id, caller, &grant, error, error.kind().name()).await?);
    }
    append(context, id, trace::entries(context, caller, Some(error))).await?;
    let grant = renewed(context, id, &grant, Need::Now).await?;
    let result = make(&*grant.connector, caller, &grant.grant, with).await;
    match result.as_ref() {
        Err(error) if is_rejection(error) => {
            Err(reject(context, id, caller, &grant, error, "rejected_after_renewal").await?)
        }
        _ => Ok(called(context, caller, grant, result)),
    }
}

fn is_rejection(error: &ConnectorError) -> bool {
    matches!(error, ConnectorError::TokenRejected | ConnectorError::GrantGone)
}

fn called<T>(context: &Context, caller: &Caller, grant: UsableGrant, result: Result<T, ConnectorError>) -> Called<T> {
    let log = trace::entries(context, caller, result.as_ref().err());
    if let Err(error) = &result {
        context.core.metrics.connection_failed(grant.system.name(), error.kind());
    }
    Called { result, log, version: grant.version, failures: grant.failures }
}

/// Stores that the grant no longer works, unless a newer one was stored.
async fn reject(
    context: &Context,
    id: &ConnectionId,
    caller: &Caller,
    grant: &UsableGrant,
    error: &ConnectorError,
    code: &'static str,
) -> Result<UseError, UseError> {
    context.core.metrics.connection_failed(grant.system.name(), error.kind());
    let (log, id, version) = (trace::entries(context, caller, Some(error)), id.clone(), grant.version);
    let now = context.now();
    let write = context.core.storage.write(move |mut tx| async move {
        let rejected = connections::set_needs_reconnect(&mut tx, &id, version, None, code).await?;
        connection_log::append(&mut tx, &id, &log, super::MAX_LOG).await?;
        Ok::<_, storage::Error>(rejected)
    });
    Ok(if write.await? { UseError::NeedsReconnect } else { UseError::Failing(now) })
}

async fn append(context: &Context, id: &ConnectionId, log: Vec<LogEntry>) -> storage::Result<()> {
    let id = id.clone();
    let write = context
        .core
        .storage
        .write(move |mut tx| async move { connection_log::append(&mut tx, &id, &log, super::MAX_LOG).await });
    write.await
}

/// Stores the result of a call that read nothing.
pub async fn record<T>(context: &Context, id: &ConnectionId, called: &Called<T>) -> storage::Result<()> {
    let failure = called.result.as_ref().err().map(|error| pause::failure(error, called.failures, context.now()));
    let (id, version, log) = (id.clone(), called.version, called.log.clone());
    let write = context.core.storage.write(move |mut tx| async move {
        match failure {
            Some(failure) => connections::set_failing(&mut tx, &id, version, failure).await?,
            None => connections::set_working(&mut tx, &id, version).await?,
        }
        connection_log::append(&mut tx, &id, &log, super::MAX_LOG).await
    });
    write.await
}
