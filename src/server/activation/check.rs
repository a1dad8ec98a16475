//! Checking a suspension that no code has proven: the company's own web services are asked, with the token of somebody of that company
//! who is linked here. "Not enabled" proves it, an answer refutes it, all else is asked again a few times.

use super::{Activation, State};
use crate::server::{
    clock::Epoch,
    db::{
        self, Connection,
        event_queue::{self, Due},
        identities,
    },
    entrata::{Fault, Page},
    metrics::Told,
};

/// Seconds after which it is asked again: four times in all.
const PAUSES: &[Epoch] = &[60, 10 * 60, 60 * 60];
/// Seconds that a report is young enough for the answer to be about it.
const ALIKE: Epoch = 24 * 60 * 60;
/// People whose tokens are tried at one time.
const PEOPLE: i64 = 3;
/// As little as can be asked for.
const ONE: Page = Page { number: 1, size: 1 };

/// When a report of a company is checked: now, unless one is waiting already (its answer is for all), or there is nobody to ask as.
pub(super) async fn due(c: &mut Connection, issuer: &str, subdomain: &str, now: Epoch) -> db::Result<Option<Epoch>> {
    if event_queue::is_being_checked(&mut *c, subdomain).await? {
        return Ok(None);
    }
    let people = identities::linked_of_company(c, issuer, subdomain, now, 1).await?;
    Ok((!people.is_empty()).then_some(now))
}

/// What the web services say of a company.
enum Said {
    NotEnabled(String),
    Answers,
    Nothing,
}

impl Activation {
    pub(super) async fn check(&self, event: Due) -> db::Result<()> {
        // A question may take a while, and asking it twice does no harm: a stop does not wait for it.
        let said = tokio::select! {
            said = self.ask(&event) => said?,
            () = self.stop.cancelled() => return Ok(()),
        };
        match said {
            Said::NotEnabled(company) => {
                self.proven(&event, &company).await?;
                self.settle_alike(&event, State::Proven).await
            }
            Said::Answers => {
                self.settle_alike(&event, State::Refuted).await?;
                self.log(&event, Told::Refuted, "its web services answer");
                Ok(())
            }
            Said::Nothing => {
                let pause = usize::try_from(event.tries).ok().and_then(|n| PAUSES.get(n));
                let due_at = pause.map(|pause| self.clock.now() + pause);
                self.move_on(&event, State::Reported, due_at, event.tries + 1).await
            }
        }
    }

    async fn ask(&self, event: &Due) -> db::Result<Said> {
        let (issuer, now) = (&self.outside.issuer, self.clock.now());
        let people = identities::linked_of_company(self.db.reader(), issuer, &event.subdomain, now, PEOPLE).await?;
        for person in people {
            let Some(reach) = self.identities.reach(&person).await? else { continue };
            match self.outside.services.properties(&reach, ONE).await {
                Ok(_) | Err(Fault::PastTheEnd | Fault::NotPermitted) => return Ok(Said::Answers),
                Err(Fault::NotEnabled) => return Ok(Said::NotEnabled(person.company)),
                // Somebody else's may be good.
                Err(Fault::TokenGone | Fault::Refused(_)) => {}
                Err(fault) => {
                    tracing::info!(company = event.subdomain, %fault, "a suspension could not be checked");
                    return Ok(Said::Nothing);
                }
            }
        }
        Ok(Said::Nothing)
    }

    /// What else was reported of the same company has the same answer: Entrata tells an event for each property.
    async fn settle_alike(&self, event: &Due, state: State) -> db::Result<()> {
        let (subdomain, since) = (event.subdomain.clone(), self.clock.now() - ALIKE);
        let write = self.db.write_alone(move |c| {
            Box::pin(async move { event_queue::settle_reported(c, &subdomain, since, state).await })
        });
        write.await.map(|_| ())
    }
}
