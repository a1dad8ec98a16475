//! The one task that works events: what is due, the known companies' first, at a pace that a flood can't raise. Sleeps until something
//! comes or is due; begins with what a stop has left.

use std::time::Duration;

use super::{
    Activation, EventKind, EventState, check,
    rate_limit::{Admission, Call, EventRateLimit},
};
use crate::server::{
    activation::DueEvent,
    clock::Epoch,
    metrics::Told,
    storage::{self, event_queue, events},
};

/// Seconds that a code may still live: its life is "very short", so this is generous.
pub(super) const CODE_LIFE: Epoch = 10 * 60;
/// Between two looks while something waits, and while nothing does.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(60);

impl Activation {
    pub(super) async fn work(self) {
        let (mut rate_limit, mut broke_off) = (EventRateLimit::default(), true);
        while !self.stop.is_cancelled() {
            let turn = self.turn(&mut rate_limit, broke_off).await;
            broke_off = turn.is_err();
            let rest = turn.unwrap_or_else(|e| {
                tracing::warn!(error = %e, "could not process activation events");
                SOON
            });
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(rest) => {}
            }
        }
    }

    /// Works what is due and has a place, codes first, since they age; how long to rest. `broke_off`: something may be left half done,
    /// by a stop or by a write that failed.
    async fn turn(&self, rate_limit: &mut EventRateLimit, broke_off: bool) -> storage::Result<Duration> {
        if broke_off {
            self.take_up_broken_off().await?;
        }
        self.give_up_expired().await?;
        for question in [Call::Code, Call::Check] {
            self.work_those(rate_limit, question).await?;
        }
        Ok(if event_queue::waiting(self.core.storage.reader()).await? > 0 { SOON } else { LATER })
    }

    /// No more than a minute's share, so that slow exchanges keep no check waiting for long.
    async fn work_those(&self, rate_limit: &mut EventRateLimit, question: Call) -> storage::Result<()> {
        let (state, mut left) = (question.state(), question.in_all());
        while left > 0 && !self.stop.is_cancelled() {
            let now = self.core.clock.now();
            let Some(event) = event_queue::next(self.core.storage.reader(), &self.outside.issuer, state, now).await?
            else {
                break;
            };
            let company = if event.subdomain.is_empty() { &event.cid } else { &event.subdomain };
            match rate_limit.take(question, company, self.core.clock.uptime()) {
                Admission::Now => {
                    left -= 1;
                    match question {
                        Call::Code => self.exchange(event).await?,
                        Call::Check => self.check(event).await?,
                    }
                }
                Admission::CompanyIn(seconds) => {
                    let until = now + seconds;
                    let write = self
                        .core
                        .storage
                        .write_alone(move |mut tx| async move { event_queue::postpone(&mut tx, &event, until).await });
                    write.await?;
                }
                Admission::NoMore => break,
            }
        }
        Ok(())
    }

    /// Codes that waited longer than they live are not sent any more: that would be a question of which the answer is known.
    async fn give_up_expired(&self) -> storage::Result<()> {
        while !self.stop.is_cancelled() {
            let expired = event_queue::expired(self.core.storage.reader(), self.core.clock.now() - CODE_LIFE).await?;
            if expired.is_empty() {
                break;
            }
            for event in expired {
                self.unverified(&event, "it waited too long").await?;
            }
        }
        Ok(())
    }

    /// A code that was taken before may have been sent, and is never sent twice.
    async fn take_up_broken_off(&self) -> storage::Result<()> {
        for event in event_queue::broken_off(self.core.storage.reader()).await? {
            self.unverified(&event, "its exchange broke off").await?;
        }
        Ok(())
    }

    /// No code proves the event: a suspension stays a report, to be checked; all else comes to nothing.
    pub(super) async fn unverified(&self, event: &DueEvent, why: &str) -> storage::Result<()> {
        match event.kind {
            EventKind::Suspended => self.report(event).await?,
            EventKind::Activation | EventKind::ChangeFeedType => {
                self.move_on(event, EventState::Unverified, None, event.tries).await?;
            }
        }
        let reported = event.kind == EventKind::Suspended;
        self.log(event, if reported { Told::Reported } else { Told::Unproven }, why);
        Ok(())
    }

    async fn report(&self, event: &DueEvent) -> storage::Result<()> {
        let (event, issuer, now) = (event.clone(), self.outside.issuer.clone(), self.core.clock.now());
        let write = self.core.storage.write(move |mut tx| async move {
            let mut subdomain = event.subdomain;
            if subdomain.is_empty() {
                subdomain = events::subdomain_of(&mut tx, &event.cid).await?.unwrap_or_default();
            }
            events::name_company(&mut tx, &event.id, &subdomain).await?;
            let has_code = event.code_hash.is_some();
            let due_at = check::due(&mut tx, &issuer, &subdomain, has_code, now).await?;
            event_queue::settle(&mut tx, &event.id, EventState::Reported, due_at, 0).await.map(|_| ())
        });
        write.await
    }

    pub(super) async fn move_on(
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
            .write_alone(move |mut tx| async move { event_queue::settle(&mut tx, &id, state, due_at, tries).await });
        write.await.map(|_| ())
    }

    pub(super) fn log(&self, event: &DueEvent, outcome: Told, why: &str) {
        let (company, kind) = (event.subdomain.as_str(), event.kind.name());
        tracing::info!(company, cid = event.cid, kind, outcome = outcome.name(), why, "event");
        self.core.metrics.told(outcome);
    }
}
