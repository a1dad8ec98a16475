//! Processes events: those that are due, known companies first, rate-limited. One job does it for all of them, so that
//! no two processes exchange codes at the same time.

use async_trait::async_trait;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::{
    EntrataAccess, EventKind, EventState, check,
    rate_limit::{Admission, Call, CallRateLimit},
};
use crate::server::{
    activation::DueEvent,
    clock::Epoch,
    core::Core,
    identity::Identities,
    jobs::{Handler, Job, JobKind, Next},
    metrics::EventOutcome,
    storage::{self, event_queue, events},
    vault::Vault,
};

/// Seconds after which a code counts as expired. Entrata calls its lifetime "very short", so this is generous.
pub(super) const CODE_LIFETIME: Epoch = 10 * 60;
/// The least seconds between two runs.
const POLL: Epoch = 1;

/// Runs the job [`JobKind::Activation`].
pub struct EventHandler {
    processor: Processor,
    rate_limit: Mutex<CallRateLimit>,
}

impl EventHandler {
    pub fn new(core: Core, vault: Vault, identities: Identities, access: EntrataAccess) -> Self {
        let processor = Processor { core, vault, identities, access, stop: CancellationToken::new() };
        Self { processor, rate_limit: Mutex::default() }
    }
}

#[async_trait]
impl Handler for EventHandler {
    fn kind(&self) -> JobKind {
        JobKind::Activation
    }

    fn runs_at_start(&self) -> bool {
        true
    }

    async fn run(&self, _: &Job, stop: &CancellationToken) -> storage::Result<Next> {
        let processor = Processor { stop: stop.clone(), ..self.processor.clone() };
        processor.process_due(&mut *self.rate_limit.lock().await).await
    }
}

/// One run. `stop` ends it early.
#[derive(Clone)]
pub(super) struct Processor {
    pub(super) core: Core,
    pub(super) vault: Vault,
    pub(super) identities: Identities,
    pub(super) access: EntrataAccess,
    pub(super) stop: CancellationToken,
}

impl Processor {
    /// Processes due events within the rate limit, codes first because they expire.
    async fn process_due(&self, rate_limit: &mut CallRateLimit) -> storage::Result<Next> {
        self.give_up_interrupted().await?;
        self.give_up_expired().await?;
        for call in [Call::Code, Call::Check] {
            self.process_calls(rate_limit, call).await?;
        }
        let next = event_queue::next_due_at(self.core.storage.reader()).await?;
        Ok(next.map_or(Next::Done, |due_at| Next::At(due_at.max(self.core.clock.now() + POLL))))
    }

    /// Makes at most one minute's calls, so that slow exchanges don't delay the checks for long.
    async fn process_calls(&self, rate_limit: &mut CallRateLimit, call: Call) -> storage::Result<()> {
        let (state, mut left) = (call.state(), call.per_minute());
        while left > 0 && !self.stop.is_cancelled() {
            let now = self.core.clock.now();
            let Some(event) =
                event_queue::find_due(self.core.storage.reader(), &self.access.issuer, state, now).await?
            else {
                break;
            };
            let company = if event.subdomain.is_empty() { &event.cid } else { &event.subdomain };
            match rate_limit.take(call, company, self.core.clock.uptime()) {
                Admission::Now => {
                    left -= 1;
                    match call {
                        Call::Code => self.exchange(event).await?,
                        Call::Check => self.check(event).await?,
                    }
                }
                Admission::RetryCompanyIn(seconds) => {
                    let until = now + seconds;
                    let write = self
                        .core
                        .storage
                        .write_alone(move |mut tx| async move { event_queue::postpone(&mut tx, &event, until).await });
                    write.await?;
                }
                Admission::LimitReached => break,
            }
        }
        Ok(())
    }

    /// Gives up expired codes.
    async fn give_up_expired(&self) -> storage::Result<()> {
        while !self.stop.is_cancelled() {
            let expired =
                event_queue::list_expired(self.core.storage.reader(), self.core.clock.now() - CODE_LIFETIME).await?;
            if expired.is_empty() {
                break;
            }
            for event in expired {
                self.mark_unverified(&event, "it waited too long").await?;
            }
        }
        Ok(())
    }

    /// Gives up codes whose exchange was interrupted by a stop or a failed write: they may have been sent, and no code
    /// is sent twice. Only one run is in progress at a time, so no exchange is at its beginning.
    async fn give_up_interrupted(&self) -> storage::Result<()> {
        for event in event_queue::list_interrupted(self.core.storage.reader()).await? {
            self.mark_unverified(&event, "its exchange broke off").await?;
        }
        Ok(())
    }

    /// No code verifies the event: a suspension becomes a report to be checked, other events have no effect.
    pub(super) async fn mark_unverified(&self, event: &DueEvent, why: &str) -> storage::Result<()> {
        match event.kind {
            EventKind::Suspended => self.report(event).await?,
            EventKind::Activation | EventKind::ChangeFeedType => {
                self.settle(event, EventState::Unverified, None, event.tries).await?;
            }
        }
        let reported = event.kind == EventKind::Suspended;
        self.log(event, if reported { EventOutcome::Reported } else { EventOutcome::Unverified }, why);
        Ok(())
    }

    async fn report(&self, event: &DueEvent) -> storage::Result<()> {
        let (event, issuer, now) = (event.clone(), self.access.issuer.clone(), self.core.clock.now());
        let write = self.core.storage.write(move |mut tx| async move {
            let mut subdomain = event.subdomain;
            if subdomain.is_empty() {
                subdomain = events::verified_subdomain(&mut tx, &event.cid).await?.unwrap_or_default();
            }
            events::set_subdomain(&mut tx, &event.id, &subdomain).await?;
            let has_code = event.code_hash.is_some();
            let due_at = check::due(&mut tx, &issuer, &subdomain, has_code, now).await?;
            event_queue::set_state(&mut tx, &event.id, EventState::Reported, due_at, 0).await.map(|_| ())
        });
        write.await
    }

    pub(super) async fn settle(
        &self,
        event: &DueEvent,
        state: EventState,
        due_at: Option<Epoch>,
        tries: i64,
    ) -> storage::Result<()> {
        let id = event.id.clone();
        let write = self
            .core
            .storage
            .write_alone(move |mut tx| async move { event_queue::set_state(&mut tx, &id, state, due_at, tries).await });
        write.await.map(|_| ())
    }

    pub(super) fn log(&self, event: &DueEvent, outcome: EventOutcome, why: &str) {
        let (company, kind) = (event.subdomain.as_str(), event.kind.name());
        tracing::info!(company, cid = event.cid, kind, outcome = outcome.name(), why, "event");
        self.core.metrics.event(outcome);
    }
}
