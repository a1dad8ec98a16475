//! Checking whether a suspension is true: the company's own web services are asked, with the token that the event's
//! code brought, or with that of somebody of the company who is linked here. "Not enabled" proves it, an answer refutes
//! it, and anything else leaves it unproven, to be asked again a few times.

use super::{Activation, EventState};
use crate::server::{
    activation::DueEvent,
    clock::Epoch,
    connectors::{ConnectorError, Source, entrata::ApiCredentials},
    metrics::EventOutcome,
    storage::{self, Tx, event_queue, events, identities},
};

/// Seconds after which it is asked again: four times in all.
const PAUSES: &[Epoch] = &[60, 10 * 60, 60 * 60];
/// Seconds after a refutation in which no report without a code is checked: anybody can make those up.
const QUIET: Epoch = 10 * 60;
/// Seconds that a report is young enough for the answer to be about it.
pub(super) const ALIKE: Epoch = 24 * 60 * 60;
/// People whose tokens are tried at one time.
const PEOPLE: i64 = 3;

/// When a report of a company is checked: at once, but not soon after a refutation unless it `has_code`, and not at all where there is
/// nobody to ask as. One report is checked for all that came before.
pub(super) async fn due(
    tx: &mut Tx,
    issuer: &str,
    subdomain: &str,
    has_code: bool,
    now: Epoch,
) -> storage::Result<Option<Epoch>> {
    if identities::linked_of_company(&mut *tx, issuer, subdomain, now, 1).await?.is_empty() {
        return Ok(None);
    }
    let at = match event_queue::refuted_at(&mut *tx, subdomain).await? {
        Some(refuted) if !has_code => now.max(refuted + QUIET),
        _ => now,
    };
    match event_queue::check_due_at(&mut *tx, subdomain).await? {
        Some(_) if !has_code => Ok(None),
        Some(_) => event_queue::check_none(tx, subdomain).await.map(|()| Some(at)),
        None => Ok(Some(at)),
    }
}

/// What the web services say of a company.
enum CompanyAnswer {
    NotEnabled(String),
    Answers,
    Nothing,
}

/// What a company's web services say to one token.
enum Reply {
    NotEnabled,
    Answers,
    /// Token rejected; try another user's.
    Refused,
    Trouble,
}

impl Activation {
    pub(super) async fn check(&self, event: DueEvent) -> storage::Result<()> {
        // A question may take a while, and asking it twice does no harm: a stop does not wait for it.
        let answer = tokio::select! {
            answer = self.ask(&event) => answer?,
            () = self.stop.cancelled() => return Ok(()),
        };
        match answer {
            CompanyAnswer::NotEnabled(company) => self.verified(&event, &company).await,
            CompanyAnswer::Answers => {
                self.refuted(&event).await?;
                self.log(&event, EventOutcome::Refuted, "its web services answer");
                Ok(())
            }
            CompanyAnswer::Nothing => {
                let pause = usize::try_from(event.tries).ok().and_then(|n| PAUSES.get(n));
                let due_at = pause.map(|pause| self.core.clock.now() + pause);
                self.move_on(&event, EventState::Reported, due_at, event.tries + 1).await
            }
        }
    }

    async fn ask(&self, event: &DueEvent) -> storage::Result<CompanyAnswer> {
        let (issuer, now) = (&self.outside.issuer, self.core.clock.now());
        let people =
            identities::linked_of_company(self.core.storage.reader(), issuer, &event.subdomain, now, PEOPLE).await?;
        for person in people {
            let Some(api_credentials) = self.identities.api_credentials(&person).await? else { continue };
            match self.ask_as(&api_credentials).await {
                Reply::Answers => return Ok(CompanyAnswer::Answers),
                Reply::NotEnabled => return Ok(CompanyAnswer::NotEnabled(person.company)),
                Reply::Refused => {}
                Reply::Trouble => return Ok(CompanyAnswer::Nothing),
            }
        }
        Ok(CompanyAnswer::Nothing)
    }

    async fn ask_as(&self, api_credentials: &ApiCredentials) -> Reply {
        match self.outside.services.test(api_credentials).await {
            Ok(_) | Err(ConnectorError::PastTheEnd | ConnectorError::NotPermitted) => Reply::Answers,
            Err(ConnectorError::NotEnabled) => Reply::NotEnabled,
            Err(ConnectorError::TokenRejected | ConnectorError::Refused(_)) => Reply::Refused,
            Err(error) => {
                tracing::info!(company = api_credentials.subdomain.as_str(), %error, "could not check a suspension");
                Reply::Trouble
            }
        }
    }

    /// Checks a suspension with the token that its code was exchanged for. The code proves that somebody of the company
    /// sent the event, not that the event is true: codes stand in the address of the frame, where any of the staff can
    /// copy one.
    pub(super) async fn check_with(
        &self,
        event: &DueEvent,
        api_credentials: &ApiCredentials,
        company: &str,
    ) -> storage::Result<()> {
        let reply = tokio::select! {
            reply = self.ask_as(api_credentials) => reply,
            // After the next start the event is a report, and checked as such.
            () = self.stop.cancelled() => return Ok(()),
        };
        match reply {
            Reply::NotEnabled => self.verified(event, company).await,
            Reply::Answers => {
                self.refuted(event).await?;
                self.log(event, EventOutcome::Refuted, "its web services answer");
                Ok(())
            }
            Reply::Refused | Reply::Trouble => self.unverified(event, "its web services did not say").await,
        }
    }

    /// What was reported of the same company before has the same answer: Entrata tells an event for each property. What came while it
    /// was asked may be about something newer.
    async fn refuted(&self, event: &DueEvent) -> storage::Result<()> {
        let (told, now) = (event.clone(), self.core.clock.now());
        let write = self.core.storage.write(move |mut tx| async move {
            // The operator may have let the company in while Entrata was asked.
            if !event_queue::settle(&mut tx, &told.id, EventState::Reported, None, told.tries).await? {
                return Ok(());
            }
            events::name_company(&mut tx, &told.id, &told.subdomain).await?;
            event_queue::refute(&mut tx, &told, now - ALIKE, now).await?;
            event_queue::check_newest(&mut tx, &told.subdomain, now - ALIKE, now + QUIET).await
        });
        write.await
    }
}
