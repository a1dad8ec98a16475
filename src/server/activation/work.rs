//! The one task that processes events: those that are due, known companies first, rate-limited. It starts with the
//! events left from the previous run, and sleeps until an event arrives or is due.

use std::time::Duration;

use super::{
    Activation, EventKind, EventState, check,
    rate_limit::{Admission, Call, CallRateLimit},
};
use crate::server::{
    activation::DueEvent,
    clock::Epoch,
    metrics::EventOutcome,
    storage::{self, event_queue, events},
};

/// Seconds after which a code counts as expired. Entrata calls its lifetime "very short", so this is generous.
pub(super) const CODE_LIFETIME: Epoch = 10 * 60;
/// How long to sleep while events wait, and while none do.
const POLL_BUSY: Duration = Duration::from_secs(1);
const POLL_IDLE: Duration = Duration::from_secs(60);

impl Activation {
    pub(super) async fn work(self) {
        let (mut rate_limit, mut interrupted) = (CallRateLimit::default(), true);
        while !self.stop.is_cancelled() {
            let result = self.work_once(&mut rate_limit, interrupted).await;
            interrupted = result.is_err();
            let pause = result.unwrap_or_else(|e| {
                tracing::warn!(error = %e, "could not process activation events");
                POLL_BUSY
            });
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Processes due events within the rate limit, codes first because they expire. Returns how long to sleep.
    /// `interrupted`: a stop or a failed write may have left an event half processed.
    async fn work_once(&self, rate_limit: &mut CallRateLimit, interrupted: bool) -> storage::Result<Duration> {
        if interrupted {
            self.give_up_interrupted().await?;
        }
        self.give_up_expired().await?;
        for call in [Call::Code, Call::Check] {
            self.work_calls(rate_limit, call).await?;
        }
        Ok(if event_queue::count_due(self.core.storage.reader()).await? > 0 { POLL_BUSY } else { POLL_IDLE })
    }

    /// Makes at most one minute's calls, so that slow exchanges don't delay the checks for long.
    async fn work_calls(&self, rate_limit: &mut CallRateLimit, call: Call) -> storage::Result<()> {
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

    /// Gives up codes whose exchange was interrupted: they may have been sent, and no code is sent twice.
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
