//! Checks whether a suspension is true by calling the company's web services, with the token from the event's code or
//! with that of a linked user of the company. "Not enabled" verifies it, a normal answer refutes it, and anything else
//! leaves it unverified, to be retried a few times.

use super::{EventState, Processor};
use crate::server::{
    activation::DueEvent,
    clock::Epoch,
    connectors::{ConnectorError, Source, entrata::ApiCredentials},
    metrics::EventOutcome,
    storage::{self, Tx, event_queue, events, identities},
};

/// Seconds between the tries, of which there are four.
const RETRY_PAUSES: &[Epoch] = &[60, 10 * 60, 60 * 60];
/// Seconds after a refuted report in which reports without a code are not checked: anybody can make those up.
const QUIET_AFTER_REFUTED: Epoch = 10 * 60;
/// Seconds for which one answer also settles earlier reports of the company.
pub(super) const SAME_ANSWER_WINDOW: Epoch = 24 * 60 * 60;
/// How many users' tokens are tried in one check.
const USERS_TRIED: i64 = 3;

/// When to check a report of a company: at once, but not soon after a refuted report unless it `has_code`, and never
/// when no linked user's token can be used. One check settles all reports that came before.
pub(super) async fn due(
    tx: &mut Tx,
    issuer: &str,
    subdomain: &str,
    has_code: bool,
    now: Epoch,
) -> storage::Result<Option<Epoch>> {
    if identities::list_linked_of_company(&mut *tx, issuer, subdomain, now, 1).await?.is_empty() {
        return Ok(None);
    }
    let at = match event_queue::refuted_at(&mut *tx, subdomain).await? {
        Some(refuted) if !has_code => now.max(refuted + QUIET_AFTER_REFUTED),
        _ => now,
    };
    match event_queue::check_due_at(&mut *tx, subdomain).await? {
        Some(_) if !has_code => Ok(None),
        Some(_) => event_queue::cancel_checks(tx, subdomain).await.map(|()| Some(at)),
        None => Ok(Some(at)),
    }
}

/// What the web services say about a company.
enum CompanyAnswer {
    NotEnabled(String),
    Answers,
    Unknown,
}

/// The answer to one user's token.
enum Reply {
    NotEnabled,
    Answers,
    /// The token was rejected; try another user's.
    Refused,
    Failed,
}

impl Processor {
    pub(super) async fn check(&self, event: DueEvent) -> storage::Result<()> {
        // The call may take a while and can be repeated, so a stop does not wait for it.
        let answer = tokio::select! {
            answer = self.ask_company(&event) => answer?,
            () = self.stop.cancelled() => return Ok(()),
        };
        match answer {
            CompanyAnswer::NotEnabled(company) => self.verified(&event, &company).await,
            CompanyAnswer::Answers => {
                self.refuted(&event).await?;
                self.log(&event, EventOutcome::Refuted, "its web services answer");
                Ok(())
            }
            CompanyAnswer::Unknown => {
                let pause = usize::try_from(event.tries).ok().and_then(|n| RETRY_PAUSES.get(n));
                let due_at = pause.map(|pause| self.core.clock.now() + pause);
                self.settle(&event, EventState::Reported, due_at, event.tries + 1).await
            }
        }
    }

    async fn ask_company(&self, event: &DueEvent) -> storage::Result<CompanyAnswer> {
        let (issuer, now) = (&self.access.issuer, self.core.clock.now());
        let users =
            identities::list_linked_of_company(self.core.storage.reader(), issuer, &event.subdomain, now, USERS_TRIED)
                .await?;
        for user in users {
            let Some(api_credentials) = self.identities.api_credentials(&user).await? else { continue };
            match self.ask_with(&api_credentials).await {
                Reply::Answers => return Ok(CompanyAnswer::Answers),
                Reply::NotEnabled => return Ok(CompanyAnswer::NotEnabled(user.company)),
                Reply::Refused => {}
                Reply::Failed => return Ok(CompanyAnswer::Unknown),
            }
        }
        Ok(CompanyAnswer::Unknown)
    }

    async fn ask_with(&self, api_credentials: &ApiCredentials) -> Reply {
        match self.access.services.test(api_credentials).await {
            Ok(_) | Err(ConnectorError::PastTheEnd | ConnectorError::NotPermitted) => Reply::Answers,
            Err(ConnectorError::NotEnabled) => Reply::NotEnabled,
            Err(ConnectorError::TokenRejected | ConnectorError::Refused(_)) => Reply::Refused,
            Err(error) => {
                tracing::info!(company = api_credentials.subdomain.as_str(), %error, "could not check a suspension");
                Reply::Failed
            }
        }
    }

    /// Checks a suspension with the token that its code was exchanged for. The code only shows that somebody of the
    /// company sent the event, not that it is true: any user can copy a code from the frame's URL.
    pub(super) async fn check_with(
        &self,
        event: &DueEvent,
        api_credentials: &ApiCredentials,
        company: &str,
    ) -> storage::Result<()> {
        let reply = tokio::select! {
            reply = self.ask_with(api_credentials) => reply,
            // After the next start the event is checked as a report.
            () = self.stop.cancelled() => return Ok(()),
        };
        match reply {
            Reply::NotEnabled => self.verified(event, company).await,
            Reply::Answers => {
                self.refuted(event).await?;
                self.log(event, EventOutcome::Refuted, "its web services answer");
                Ok(())
            }
            Reply::Refused | Reply::Failed => self.mark_unverified(event, "its web services did not say").await,
        }
    }

    /// Settles the event and earlier reports of the same company: Entrata sends an event for each property. Reports
    /// that came during the call may be about something newer, so the newest of them is checked again.
    async fn refuted(&self, event: &DueEvent) -> storage::Result<()> {
        let (event, now) = (event.clone(), self.core.clock.now());
        let write = self.core.storage.write(move |mut tx| async move {
            // The operator may have enabled the company during the call to Entrata.
            if !event_queue::set_state(&mut tx, &event.id, EventState::Reported, None, event.tries).await? {
                return Ok(());
            }
            events::set_subdomain(&mut tx, &event.id, &event.subdomain).await?;
            event_queue::mark_refuted(&mut tx, &event, now - SAME_ANSWER_WINDOW, now).await?;
            event_queue::schedule_check(&mut tx, &event.subdomain, now - SAME_ANSWER_WINDOW, now + QUIET_AFTER_REFUTED)
                .await
        });
        write.await
    }
}
