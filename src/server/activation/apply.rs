//! What follows from an event that Entrata itself bears out: a suspension keeps the company out and ends what it has open, an activation
//! lets it in again. One transaction; nothing follows from what something newer has overtaken.

use super::{Activation, EventKind, EventState, check};
use crate::server::{
    activation::DueEvent,
    audit::{AuditAction, AuditSubject, ClientInfo},
    metrics::Told,
    storage::{self, Tx, audit, companies, event_queue, events, revocation},
};

impl DueEvent {
    /// What it is noted as.
    pub(super) fn client(&self) -> ClientInfo {
        ClientInfo::entrata_event(self.address.clone())
    }
}

impl Activation {
    /// `company`: its name, as Entrata told it with the proof. Of a suspension the proof is a web service's word.
    pub(super) async fn verified(&self, event: &DueEvent, company: &str) -> storage::Result<()> {
        let (now, issuer) = (self.core.clock.now(), self.outside.issuer.clone());
        let (told, company) = (event.clone(), company.to_owned());
        let changed = self.core.storage.write(move |mut tx| async move {
            let overtaken = events::is_overtaken(&mut tx, &told).await?;
            // The operator may have let the company in while Entrata was asked.
            if !event_queue::settle(&mut tx, &told.id, EventState::Verified, None, told.tries).await? {
                return Ok(false);
            }
            events::name_company(&mut tx, &told.id, &told.subdomain).await?;
            event_queue::settle_alike(&mut tx, &told, now - check::ALIKE).await?;
            if overtaken {
                return Ok(false);
            }
            let client = told.client();
            match told.kind {
                EventKind::Suspended => {
                    let fresh = companies::suspend(&mut tx, &issuer, &told.subdomain, &company, now).await?;
                    if fresh {
                        note(&mut tx, AuditAction::CompanySuspended, &told, &client, now).await?;
                        let ended = revocation::of_company(&mut tx, &told.subdomain, now).await?;
                        // Their browser sessions stay: the next page can say why this one is over.
                        audit::ended(&mut tx, AuditAction::CompanySuspended, &ended, &client, now).await?;
                    }
                    Ok(fresh)
                }
                EventKind::Activation => {
                    let lifted = companies::activate(&mut tx, &issuer, &told.subdomain).await?;
                    if lifted {
                        note(&mut tx, AuditAction::CompanyActivated, &told, &client, now).await?;
                    }
                    Ok(lifted)
                }
                EventKind::ChangeFeedType => Ok::<_, storage::Error>(false),
            }
        });
        let changed = changed.await?;
        self.log(event, Told::VerifiedPassword, if changed { "acted on" } else { "nothing to change" });
        Ok(())
    }
}

async fn note(
    tx: &mut Tx,
    what: AuditAction,
    event: &DueEvent,
    client: &ClientInfo,
    now: crate::server::clock::Epoch,
) -> storage::Result<()> {
    let about = AuditSubject { detail: &event.subdomain, ..AuditSubject::default() };
    audit::insert(tx, what, about, client, now).await
}
