//! What happened to an account, as the person may see it: its own audit, and nobody else's.

use super::{Account, Accounts};
use crate::server::{
    clock::Epoch,
    storage::{self, audit},
};

pub use crate::server::audit::{AuditAction, AuditEvent, AuditSubject, ClientInfo, SubjectIdentity};

/// Seconds that an event is kept.
pub const KEPT: Epoch = 400 * 24 * 60 * 60;
/// Events of a page.
pub const PAGE: usize = 50;
/// Events of a file: more is no history that somebody reads.
const FILE: i64 = 20_000;

impl Accounts {
    /// A page of what happened, the newest first, and the number that the next page is before, where there is one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn history(
        &self,
        account: &Account,
        before: Option<i64>,
    ) -> storage::Result<(Vec<AuditEvent>, Option<i64>)> {
        let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut events = audit::list_of_account(self.core.storage.reader(), &account.id, before, most).await?;
        let more = events.len() > PAGE;
        events.truncate(PAGE);
        let next = events.last().map(|event| event.number).filter(|_| more);
        Ok((events, next))
    }

    /// All that is kept, the newest first; at most 20,000 events.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn whole_history(&self, account: &Account) -> storage::Result<Vec<AuditEvent>> {
        audit::list_of_account(self.core.storage.reader(), &account.id, None, FILE).await
    }
}
