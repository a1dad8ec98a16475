//! Stores the grant of a new connection, or of one that is authorized again, which keeps its id and data.

use std::sync::Arc;

use super::{
    ConnectError, MAX_LOG, MAX_PER_ACCOUNT, NewConnection, System, connectors::Authorized, context::Context, grant,
    trace,
};
use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    connectors::{Caller, ConnectorError},
    ids::{AccountId, ConnectionId, VisitId},
    jobs::{JobKind, Queue},
    storage::{Tx, audit, connection_grants, connection_log, connections},
    visit::acts_as,
};

/// What a grant is for.
pub struct NewGrant {
    pub system: System,
    /// The connection that is authorized again.
    pub existing: Option<ConnectionId>,
    /// The visit that asked for it and its account; none for the installation's connection.
    pub actor: Option<(VisitId, AccountId)>,
    pub client: ClientInfo,
}

/// Checks that the visit still acts as the account, and that the account has this connection or may have another one.
pub async fn check(
    tx: &mut Tx,
    actor: Option<&(VisitId, AccountId)>,
    system: System,
    existing: Option<&ConnectionId>,
    now: Epoch,
) -> Result<(), ConnectError> {
    let Some((visit, account)) = actor else { return Ok(()) };
    if !acts_as(&mut *tx, visit, account, now).await? {
        return Err(ConnectError::VisitEnded);
    }
    match existing {
        Some(id) => {
            let found = connections::find(&mut *tx, id).await?;
            let is_theirs = found.is_some_and(|c| c.account.as_ref() == Some(account) && c.system == system);
            if is_theirs { Ok(()) } else { Err(ConnectError::NotFound) }
        }
        None if connections::count(&mut *tx, account).await? >= MAX_PER_ACCOUNT => Err(ConnectError::TooMany),
        None => Ok(()),
    }
}

/// Stores the grant that a system gave. Checks again who asks, since that may have changed during the call.
pub async fn settle(
    context: &Arc<Context>,
    new: NewGrant,
    caller: &Caller,
    result: Result<Authorized, ConnectorError>,
) -> Result<ConnectionId, ConnectError> {
    let log = trace::entries(context, caller, result.as_ref().err());
    let (granted, subject) = match result {
        Ok(granted) => granted,
        Err(error) => {
            let system = new.system.name();
            context.core.metrics.connection_failed(system, error.kind());
            let request_id = log.last().and_then(|entry| entry.request_id.clone());
            tracing::warn!(system, %error, request_id, "a system did not authorize a connection");
            return Err(error.into());
        }
    };
    let now = context.now();
    let NewGrant { system, existing, actor, client } = new;
    let installed = match &actor {
        None => connections::find_of_installation(context.core.storage.reader(), system).await?.map(|c| c.id),
        Some(_) => None,
    };
    let existing = existing.or(installed);
    let id = existing.clone().unwrap_or_else(|| ConnectionId::from(context.core.rng.id()));
    let sealed = grant::seal(&context.vault, &id, &granted, now);
    let stored = id.clone();
    let write = context.core.storage.write(move |mut tx| async move {
        check(&mut tx, actor.as_ref(), system, existing.as_ref(), now).await?;
        let (visit, account) = actor.as_ref().map(|(visit, account)| (visit, account)).unzip();
        let action = if existing.is_some() {
            connection_grants::replace(&mut tx, &id, &sealed, now).await?;
            connections::set_subject(&mut tx, &id, &subject.id, &subject.name).await?;
            AuditAction::Reconnected
        } else {
            let (subject_id, subject_name) = (&*subject.id, &*subject.name);
            let new = NewConnection { id: &id, account, system, subject_id, subject_name, grant: &sealed };
            connections::insert(&mut tx, new, now).await?;
            AuditAction::Connected
        };
        Queue::add_urgent(&mut tx, JobKind::ConnectionSync, id.as_str(), now).await?;
        connection_log::append(&mut tx, &id, &log, MAX_LOG).await?;
        let about = AuditSubject { account, visit, detail: system.name(), ..AuditSubject::default() };
        Ok::<_, ConnectError>(audit::insert(&mut tx, action, about, &client, now).await?)
    });
    write.await?;
    context.queue.wake();
    Ok(stored)
}

/// Asks the system who a new grant belongs to, if the answer to the code exchange didn't say. The connection is stored
/// and works without.
pub async fn name_subject(context: &Arc<Context>, id: &ConnectionId) {
    if let Err(error) = super::test::test(context, id).await {
        tracing::warn!(%error, connection = %id, "could not read who a new connection belongs to");
    }
}
