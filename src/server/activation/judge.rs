//! What follows from an event that Entrata itself bears out: a suspension keeps the company out and ends what it has open, an activation
//! lets it in again. One transaction; nothing follows from what something newer has overtaken.

use super::{Activation, Kind, State, check};
use crate::server::{
    account::{About, Seen, What},
    metrics::Told,
    storage::{
        self, Connection, audit, companies, endings,
        event_queue::{self, Due},
        events,
    },
};

impl Due {
    /// What it is noted as.
    pub(super) fn seen(&self) -> Seen {
        Seen { address: self.address.clone(), browser: "Entrata event".to_owned() }
    }
}

impl Activation {
    /// `company`: its name, as Entrata told it with the proof. Of a suspension the proof is a web service's word.
    pub(super) async fn proven(&self, event: &Due, company: &str) -> storage::Result<()> {
        let (now, issuer) = (self.clock.now(), self.outside.issuer.clone());
        let (told, company) = (event.clone(), company.to_owned());
        let changed = self.storage.write(move |c| {
            Box::pin(async move {
                let overtaken = events::is_overtaken(&mut *c, &told).await?;
                // The operator may have let the company in while Entrata was asked.
                if !event_queue::settle(&mut *c, &told.id, State::Proven, None, told.tries).await? {
                    return Ok(false);
                }
                events::name_company(&mut *c, &told.id, &told.subdomain).await?;
                event_queue::settle_alike(&mut *c, &told, now - check::ALIKE).await?;
                if overtaken {
                    return Ok(false);
                }
                let seen = told.seen();
                match told.kind {
                    Kind::Suspended => {
                        let fresh = companies::suspend(&mut *c, &issuer, &told.subdomain, &company, now).await?;
                        if fresh {
                            note(&mut *c, What::CompanySuspended, &told, &seen, now).await?;
                            let ended = endings::of_company(&mut *c, &told.subdomain, now).await?;
                            // Their browser sessions stay: the next page can say why this one is over.
                            audit::ended(c, What::CompanySuspended, &ended, &seen, now).await?;
                        }
                        Ok(fresh)
                    }
                    Kind::Activation => {
                        let lifted = companies::activate(&mut *c, &issuer, &told.subdomain).await?;
                        if lifted {
                            note(c, What::CompanyActivated, &told, &seen, now).await?;
                        }
                        Ok(lifted)
                    }
                    Kind::ChangeFeedType => Ok::<_, storage::Error>(false),
                }
            })
        });
        let changed = changed.await?;
        self.log(event, Told::Proven, if changed { "acted on" } else { "nothing to change" });
        Ok(())
    }
}

async fn note(
    c: &mut Connection,
    what: What,
    event: &Due,
    seen: &Seen,
    now: crate::server::clock::Epoch,
) -> storage::Result<()> {
    let about = About { detail: &event.subdomain, ..About::default() };
    audit::insert(c, what, about, seen, now).await
}
