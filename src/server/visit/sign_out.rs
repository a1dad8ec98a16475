//! Signing out ends this visit, and what earlier clicks on the same tile left behind in this browser; with its last live visit the
//! browser session ends too. A later tab of the same identity goes on.

use super::{Visit, Visits, close};
use crate::server::{
    audit::{AuditAction, ClientInfo},
    storage::{self, browser_sessions, revocation, unconfirmed_links, visits},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedOut {
    /// Other visits of the browser session go on.
    OthersGoOn,
    /// It was the last: the browser has no use for its cookie any more.
    Entirely,
}

impl Visits {
    /// # Errors
    /// Those of the database.
    pub async fn sign_out(&self, visit: &Visit, client: ClientInfo) -> storage::Result<SignedOut> {
        let (id, session, now) = (visit.id.clone(), visit.session_id.clone(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                let ended = revocation::with_unused(&mut tx, &id, now).await?;
                unconfirmed_links::delete_of_visit(&mut tx, &id).await?;
                close(&mut tx, &ended, AuditAction::SessionEnded, &client, now).await?;
                browser_sessions::delete_without_visits(&mut tx, &[&session], now).await?;
                let others = visits::session_has_live(&mut tx, &session, now).await?;
                Ok(if others { SignedOut::OthersGoOn } else { SignedOut::Entirely })
            })
            .await
    }
}
