//! `latchkey connection show`

use super::{overview, unknown_connection};
use crate::server::{
    cli::{
        CliError,
        table::{Table, print, time},
    },
    connection::LogEntry,
    ids::ConnectionId,
    storage::{Storage, connection_log, connections},
};

pub async fn run(storage: &Storage, id: &ConnectionId, json: bool) -> Result<(), CliError> {
    let found = connections::find_with_email(storage.reader(), id).await?;
    let found = found.ok_or_else(|| unknown_connection(id))?;
    let calls = calls(connection_log::list(storage.reader(), id).await?);
    let (state, connection) = (overview::state(&found.0), overview::list(vec![found]));
    print(&if json {
        let (connection, state) = (connection.json()[0].take(), state.json()[0].take());
        let all = serde_json::json!({"connection": connection, "state": state, "last_calls": calls.json()});
        format!("{all:#}\n")
    } else {
        format!("{connection}\n{state}\nLast calls\n{calls}")
    })
}

/// Newest first.
fn calls(log: Vec<LogEntry>) -> Table {
    let mut table = Table::new(&["AT", "OPERATION", "STATUS", "MS", "REQUEST ID", "ERROR"]);
    for call in log {
        table.row(vec![
            time(Some(call.at)),
            Some(call.operation),
            call.status.map(|status| status.to_string()),
            Some(call.took_ms.to_string()),
            call.request_id,
            call.error,
        ]);
    }
    table
}
