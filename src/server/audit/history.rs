//! The history of an account: its own audit events, and no other account's.

use super::AuditEvent;
use crate::server::{
    ids::AccountId,
    storage::{self, Reader, audit},
};

/// Events on one page.
const PAGE: usize = 50;
/// Maximum events in a file. Nobody reads more.
const MAX_IN_FILE: i64 = 20_000;

/// Returns a page of an account's history, newest first, and the number to pass as `before` for the next page, if there
/// is one.
pub async fn recent_history(
    db: &Reader,
    account_id: &AccountId,
    before: Option<i64>,
) -> storage::Result<(Vec<AuditEvent>, Option<i64>)> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut events = audit::list_of_account(db, account_id, before, limit).await?;
    let has_more = events.len() > PAGE;
    events.truncate(PAGE);
    let next = events.last().map(|event| event.number).filter(|_| has_more);
    Ok((events, next))
}

/// Returns the newest 20,000 events of an account, newest first.
pub async fn whole_history(db: &Reader, account_id: &AccountId) -> storage::Result<Vec<AuditEvent>> {
    audit::list_of_account(db, account_id, None, MAX_IN_FILE).await
}
