//! Disabling and enabling a company. Disabling takes effect at the next request. Enabling ends every session that was
//! open before, so a stolen session doesn't work again.

use std::collections::BTreeSet;

use crate::server::{
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    core::Core,
    ids::SessionId,
    storage::{self, Tx, audit, browser_sessions, companies, event_queue, revocation},
};

/// Disables the companies of a subdomain. Returns false if nobody has opened the app from there yet.
pub async fn disable(core: &Core, subdomain: &str, client: ClientInfo) -> storage::Result<bool> {
    let (subdomain, now) = (subdomain.to_ascii_lowercase(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        if companies::disable(&mut tx, &subdomain, now).await? == 0 {
            return companies::is_known(&mut tx, &subdomain).await;
        }
        record(&mut tx, AuditAction::CompanyDisabled, &subdomain, &client, now).await?;
        Ok(true)
    });
    write.await
}

/// Enables the companies of a subdomain and lifts a suspension by Entrata, because the operator's decision overrides
/// Entrata's. Ends the visits that were open before. Returns false if nobody has opened the app from there yet.
pub async fn enable(core: &Core, subdomain: &str, client: ClientInfo) -> storage::Result<bool> {
    let (subdomain, now) = (subdomain.to_ascii_lowercase(), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        // An event that is still queued would suspend the company again.
        event_queue::close_of_company(&mut tx, &subdomain).await?;
        if companies::enable(&mut tx, &subdomain).await? == 0 {
            return companies::is_known(&mut tx, &subdomain).await;
        }
        record(&mut tx, AuditAction::CompanyEnabled, &subdomain, &client, now).await?;
        let ended = revocation::of_company(&mut tx, &subdomain, now).await?;
        audit::insert_ended(&mut tx, AuditAction::SessionEnded, &ended, &client, now).await?;
        let sessions: BTreeSet<&SessionId> = ended.iter().map(|visit| &visit.session_id).collect();
        browser_sessions::delete_without_visits(&mut tx, &sessions.into_iter().collect::<Vec<_>>(), now).await?;
        Ok(true)
    });
    write.await
}

async fn record(
    tx: &mut Tx,
    action: AuditAction,
    subdomain: &str,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    let subject = AuditSubject { detail: subdomain, ..AuditSubject::default() };
    audit::insert(tx, action, subject, client, now).await
}
