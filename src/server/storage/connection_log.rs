//! `connection_log`: the last calls of each connection.

use crate::server::{
    connection::LogEntry,
    ids::ConnectionId,
    storage::{
        Result, Tx,
        query::{Executor, Value, building, query, scalar},
    },
};

/// Adds calls, oldest first, and deletes all but the newest `most` ones. Adds nothing to a connection that is gone.
pub async fn append(tx: &mut Tx, id: &ConnectionId, entries: &[LogEntry], most: i64) -> Result<()> {
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let last: Option<i64> = scalar(
        "update connections set log_number = log_number + $2 where id = $1 and state <> 'closed' returning log_number",
    )
    .bind(id)
    .bind(count)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(last) = last.filter(|_| count > 0) else { return Ok(()) };
    let rows = entries.iter().zip(last - count + 1..).map(|(entry, number)| {
        let LogEntry { at, operation, status, took_ms, request_id, error } = entry;
        [
            Value::from(id),
            number.into(),
            (*at).into(),
            operation.into(),
            status.map(i64::from).into(),
            (*took_ms).into(),
            request_id.clone().into(),
            error.clone().into(),
        ]
    });
    building("insert into connection_log (connection_id, number, at, operation, status, took_ms, request_id, error) ")
        .push_rows(rows)
        .run(&mut *tx)
        .await?;
    query("delete from connection_log where connection_id = $1 and number <= $2")
        .bind(id)
        .bind(last - most)
        .run(tx)
        .await
}

/// Returns a connection's calls, newest first.
pub async fn list(db: impl Executor<'_>, id: &ConnectionId) -> Result<Vec<LogEntry>> {
    query(
        "select at, operation, status, took_ms, request_id, error from connection_log
         where connection_id = $1 order by number desc",
    )
    .bind(id)
    .list(db, |row| {
        let status: Option<i64> = row.get("status")?;
        Ok(LogEntry {
            at: row.get("at")?,
            operation: row.get("operation")?,
            status: status.and_then(|status| u16::try_from(status).ok()),
            took_ms: row.get("took_ms")?,
            request_id: row.get("request_id")?,
            error: row.get("error")?,
        })
    })
    .await
}
