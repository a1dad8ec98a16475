//! Beginning a visit. A launch, a direct sign-in and a new tab each begin one.

use super::{Browser, PENDING_LIFETIME, PageTicket, Visit, VisitState, enforce_caps};
use crate::server::{
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    ids::VisitId,
    storage::{self, Tx, audit, visits},
};

/// A visit to store, with what only its row holds.
pub struct NewVisit<'a> {
    pub visit: &'a Visit,
    /// The hash of the code that launched it.
    pub code: Option<&'a [u8]>,
    /// The number of the session id that the launch presented; 0 if none.
    pub presented_number: i64,
    /// The ticket of its first page.
    pub ticket: Option<&'a PageTicket>,
    pub client: &'a ClientInfo,
}

impl NewVisit<'_> {
    /// When the visit ends unless it is linked by then.
    pub fn pending_until(&self, now: Epoch) -> Option<Epoch> {
        matches!(self.visit.state, VisitState::Pending { .. }).then_some(now + PENDING_LIFETIME)
    }
}

impl Visit {
    /// A visit that begins now and opens to the browser's id.
    pub fn begun_now(id: VisitId, browser: Browser, state: VisitState, now: Epoch) -> Self {
        Self {
            id,
            session_id: browser.session_id,
            opens_from: browser.number,
            by_password: false,
            state,
            tabs: 0,
            opened_by: None,
            used_at: now,
            newest_at: now,
            password_verified_at: None,
        }
    }
}

/// Stores a visit, enforces the caps and, if it acts as an account, records `action` in the audit.
pub async fn begin(tx: &mut Tx, new: NewVisit<'_>, action: AuditAction, now: Epoch) -> storage::Result<()> {
    let (visit, client) = (new.visit, new.client);
    visits::insert(&mut *tx, new, now).await?;
    let account_id = visit.account().map(|account| &account.id);
    enforce_caps(tx, &visit.id, &visit.session_id, account_id, client, now).await?;
    if account_id.is_some() {
        audit::insert(tx, action, visit.audit_subject(), client, now).await?;
    }
    Ok(())
}
