//! Applies a verified event in one transaction: a suspension suspends the company and ends its visits, an activation
//! lifts the suspension. An event that a newer one has overtaken changes nothing.

use super::{EventKind, EventState, Processor, check};
use crate::server::{
    activation::DueEvent,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    metrics::EventOutcome,
    storage::{self, Tx, audit, companies, event_queue, events, revocation},
};

impl DueEvent {
    /// What the audit shows as the client.
    pub(super) fn client(&self) -> ClientInfo {
        ClientInfo::entrata_event(self.address.clone())
    }
}

impl Processor {
    /// `company` is the name that Entrata gave when it verified the event.
    pub(super) async fn verified(&self, event: &DueEvent, company: &str) -> storage::Result<()> {
        let (now, issuer) = (self.core.clock.now(), self.access.issuer.clone());
        let (event_row, company) = (event.clone(), company.to_owned());
        let changed = self.core.storage.write(move |mut tx| async move {
            let overtaken = events::has_newer_opposite(&mut tx, &event_row).await?;
            // The operator may have enabled the company during the call to Entrata.
            if !event_queue::set_state(&mut tx, &event_row.id, EventState::Verified, None, event_row.tries).await? {
                return Ok(false);
            }
            events::set_subdomain(&mut tx, &event_row.id, &event_row.subdomain).await?;
            event_queue::mark_duplicates(&mut tx, &event_row, now - check::SAME_ANSWER_WINDOW).await?;
            if overtaken {
                return Ok(false);
            }
            let client = event_row.client();
            match event_row.kind {
                EventKind::Suspended => {
                    let suspended = companies::suspend(&mut tx, &issuer, &event_row.subdomain, &company, now).await?;
                    if suspended {
                        audit_change(&mut tx, AuditAction::CompanySuspended, &event_row, &client, now).await?;
                        let ended = revocation::of_company(&mut tx, &event_row.subdomain, now).await?;
                        // The browser sessions stay, so that the next page can say why the visit ended.
                        audit::insert_ended(&mut tx, AuditAction::CompanySuspended, &ended, &client, now).await?;
                    }
                    Ok(suspended)
                }
                EventKind::Activation => {
                    let lifted = companies::activate(&mut tx, &issuer, &event_row.subdomain).await?;
                    if lifted {
                        audit_change(&mut tx, AuditAction::CompanyActivated, &event_row, &client, now).await?;
                    }
                    Ok(lifted)
                }
                EventKind::ChangeFeedType => Ok::<_, storage::Error>(false),
            }
        });
        let changed = changed.await?;
        self.log(event, EventOutcome::Verified, if changed { "acted on" } else { "nothing to change" });
        Ok(())
    }
}

async fn audit_change(
    tx: &mut Tx,
    what: AuditAction,
    event: &DueEvent,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    let subject = AuditSubject { detail: &event.subdomain, ..AuditSubject::default() };
    audit::insert(tx, what, subject, client, now).await
}
