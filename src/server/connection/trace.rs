//! Turns the calls of a step into entries of the connection's log.

use super::{LogEntry, context::Context};
use crate::server::connectors::{Caller, ConnectorError};

/// Returns the calls that were made. The last one gets the error.
pub fn entries(context: &Context, caller: &Caller, error: Option<&ConnectorError>) -> Vec<LogEntry> {
    let at = context.now();
    let mut entries: Vec<LogEntry> = caller
        .take_calls()
        .into_iter()
        .map(|call| LogEntry {
            at,
            operation: call.operation.to_owned(),
            status: call.status,
            took_ms: i64::try_from(call.took.as_millis()).unwrap_or(i64::MAX),
            request_id: call.request_id,
            error: None,
        })
        .collect();
    if let (Some(last), Some(error)) = (entries.last_mut(), error) {
        last.error = Some(error.kind().name().to_owned());
    }
    entries
}
