//! Makes the cheapest call that shows whether a connection works.

use std::sync::Arc;

use super::{
    UseError,
    call::{call, record},
    connectors::{Answer, AnyConnector},
    context::Context,
};
use crate::server::{
    connectors::{Caller, Grant, Subject},
    ids::ConnectionId,
    storage::connections,
};

fn make<'a>(connector: &'a dyn AnyConnector, caller: &'a Caller, grant: &'a Grant, (): &'a ()) -> Answer<'a, Subject> {
    connector.test_grant(caller, grant)
}

/// Tests a connection, also while it pauses, and stores the result and whom it belongs to.
pub async fn test(context: &Arc<Context>, id: &ConnectionId) -> Result<(), UseError> {
    let (in_task, id) = (context.clone(), id.clone());
    context.complete(async move { run(&in_task, &id).await }).await
}

async fn run(context: &Arc<Context>, id: &ConnectionId) -> Result<(), UseError> {
    let called = call(context, id, &context.quick_caller(), &(), make).await?;
    record(context, id, &called).await?;
    let subject = called.result.map_err(UseError::System)?;
    if subject == Subject::default() {
        return Ok(());
    }
    let id = id.clone();
    let write = context.core.storage.write_alone(move |mut tx| async move {
        connections::set_subject(&mut tx, &id, &subject.id, &subject.name).await
    });
    Ok(write.await?)
}
