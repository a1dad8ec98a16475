//! The process's one worker: claims due jobs, runs them, and stores when they run again.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{ClaimedJob, Handler, Job, JobKind, Next, Queue};
use crate::server::{
    clock::{Epoch, Reading},
    core::Core,
    storage::{self, jobs},
};

/// Seconds until another process may take over the jobs of a process that died.
const CLAIM_LIFETIME: Epoch = 15;
/// How often the claim of a running job is renewed.
const RENEWAL: Duration = Duration::from_secs(5);
/// How often the worker looks for due jobs without being woken.
const POLL: Duration = Duration::from_secs(1);
/// Longest pause after a failed run, in seconds.
const LONGEST_PAUSE: Epoch = 5 * 60;

/// Clones share one worker.
#[derive(Clone)]
pub struct Worker {
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Stops the worker when the last clone is dropped.
    _stop_on_drop: Arc<DropGuard>,
}

/// The job's kind and key.
type JobId = (JobKind, String);

struct Running {
    core: Core,
    queue: Queue,
    handlers: HashMap<JobKind, Arc<dyn Handler>>,
    stop: CancellationToken,
    jobs: JoinSet<JobId>,
    /// The jobs that this process runs. With the clock moved ahead, their claims look expired.
    running: HashSet<JobId>,
    last_reading: Reading,
}

impl Worker {
    /// Starts to run the jobs of these handlers, including those left from before.
    pub fn start(core: Core, queue: Queue, handlers: Vec<Arc<dyn Handler>>) -> Self {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let running = Running {
            last_reading: core.clock.read(),
            core,
            queue,
            handlers: handlers.into_iter().map(|handler| (handler.kind(), handler)).collect(),
            stop: stop.clone(),
            jobs: JoinSet::new(),
            running: HashSet::new(),
        };
        tasks.spawn(running.work());
        let _stop_on_drop = Arc::new(stop.clone().drop_guard());
        Self { stop, tasks, _stop_on_drop }
    }

    /// Starts no further job, asks the running ones to stop, and waits for them.
    pub async fn finish(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Running {
    async fn work(mut self) {
        let mut is_started = false;
        while !self.stop.is_cancelled() {
            if !is_started {
                is_started = self.add_jobs_of_start().await.is_ok();
            }
            if let Err(e) = self.start_due_jobs().await {
                tracing::warn!(error = %e, "could not look for due jobs; trying again");
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.queue.woken() => {}
                () = tokio::time::sleep(POLL) => {}
                Some(ended) = self.jobs.join_next() => self.ended(ended),
            }
        }
        while let Some(ended) = self.jobs.join_next().await {
            self.ended(ended);
        }
    }

    async fn add_jobs_of_start(&self) -> storage::Result<()> {
        let kinds: Vec<_> = self.handlers.values().filter(|h| h.runs_at_start()).map(|h| h.kind()).collect();
        let now = self.core.clock.now();
        let write = self.core.storage.write(move |mut tx| async move {
            for kind in kinds {
                Queue::add(&mut tx, kind, "", now).await?;
            }
            Ok(())
        });
        write.await
    }

    fn ended(&mut self, ended: Result<JobId, tokio::task::JoinError>) {
        match ended {
            Ok(id) => drop(self.running.remove(&id)),
            // `run_claimed` catches a handler's panic, so this is a bug in the worker itself.
            Err(e) => tracing::error!(error = %e, "a task of the job worker failed"),
        }
    }

    async fn start_due_jobs(&mut self) -> storage::Result<()> {
        self.correct_clock_set_back().await?;
        for (kind, handler) in self.handlers.clone() {
            let running = self.running.iter().filter(|(running, _)| *running == kind).count();
            for _ in running..handler.concurrency() {
                let Some(claimed) = self.claim(kind).await? else { break };
                let id = (kind, claimed.job.key.clone());
                if self.running.insert(id.clone()) {
                    self.jobs.spawn(run_claimed(self.core.clone(), handler.clone(), claimed, self.stop.child_token()));
                }
            }
        }
        Ok(())
    }

    /// Claims the next due job of a kind. Looks with a read connection first, so that an idle worker writes nothing.
    async fn claim(&self, kind: JobKind) -> storage::Result<Option<ClaimedJob>> {
        let (now, storage) = (self.core.clock.now(), &self.core.storage);
        let due = jobs::list_due(storage.reader(), kind, now).await?;
        let Some(key) = due.into_iter().find(|key| !self.running.contains(&(kind, key.clone()))) else {
            return Ok(None);
        };
        let claim = storage
            .write_alone(move |mut tx| async move { jobs::claim(&mut tx, kind, &key, now, CLAIM_LIFETIME).await });
        claim.await
    }

    /// After the system's clock was set back, jobs would wait for times that were meant to be now. All run early
    /// instead: each handler knows when its job has to run again (threat T37).
    async fn correct_clock_set_back(&mut self) -> storage::Result<()> {
        let reading = self.core.clock.read();
        if reading.was_set_back_since(self.last_reading) {
            let now = self.core.clock.now();
            self.core.storage.write_alone(move |mut tx| async move { jobs::make_all_due(&mut tx, now).await }).await?;
        }
        self.last_reading = reading;
        Ok(())
    }
}

/// Runs a job, renews its claim meanwhile, and stores when it runs again.
async fn run_claimed(core: Core, handler: Arc<dyn Handler>, claimed: ClaimedJob, stop: CancellationToken) -> JobId {
    let ClaimedJob { job, claim, requests } = claimed;
    let id = claimed_id(&job);
    let (job_to_run, stop_to_pass) = (job.clone(), stop.clone());
    let mut run = tokio::spawn(async move { handler.run(&job_to_run, &stop_to_pass).await });
    let result = renew_until_ended(&core, &id, claim, &stop, &mut run).await;
    let now = core.clock.now();
    let stored = match result {
        Ok(Ok(next)) => end(&core, &job, claim, requests, next).await,
        Ok(Err(e)) => {
            tracing::warn!(job = job.kind.name(), key = job.key, tries = job.tries + 1, error = %e, "a job failed");
            postpone(&core, job, claim, now).await
        }
        Err(e) => {
            tracing::error!(job = job.kind.name(), key = job.key, error = %e, "a job panicked");
            postpone(&core, job, claim, now).await
        }
    };
    if let Err(e) = stored {
        // The claim expires, and the job runs again.
        tracing::warn!(error = %e, "could not store a job's outcome");
    }
    id
}

fn claimed_id(job: &Job) -> JobId {
    (job.kind, job.key.clone())
}

type Run = tokio::task::JoinHandle<storage::Result<Next>>;

/// Waits for the run. Asks it to stop if its claim is lost.
async fn renew_until_ended(
    core: &Core,
    (kind, key): &JobId,
    claim: i64,
    stop: &CancellationToken,
    run: &mut Run,
) -> Result<storage::Result<Next>, tokio::task::JoinError> {
    let mut renewal = tokio::time::interval(RENEWAL);
    renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
    renewal.tick().await;
    loop {
        tokio::select! {
            result = &mut *run => return result,
            _ = renewal.tick() => {}
        }
        let (kind, key, until) = (*kind, key.clone(), core.clock.now() + CLAIM_LIFETIME);
        let renew = core
            .storage
            .write_alone(move |mut tx| async move { jobs::renew_claim(&mut tx, kind, &key, claim, until).await });
        match renew.await {
            Ok(true) => {}
            Ok(false) => stop.cancel(),
            Err(e) => tracing::warn!(error = %e, "could not renew the claim of a job"),
        }
    }
}

async fn end(core: &Core, job: &Job, claim: i64, requests: i64, next: Next) -> storage::Result<()> {
    let ((kind, key), now) = (claimed_id(job), core.clock.now());
    let write = core.storage.write(move |mut tx| async move {
        match next {
            Next::Done => jobs::delete_or_release(&mut tx, kind, &key, claim, requests).await,
            Next::At(due_at) => jobs::reschedule(&mut tx, kind, &key, claim, requests, due_at).await,
            Next::Continue => jobs::release(&mut tx, kind, &key, claim, now).await,
        }
    });
    write.await
}

async fn postpone(core: &Core, job: Job, claim: i64, now: Epoch) -> storage::Result<()> {
    let due_at = now + pause(job.tries + 1);
    let write = core
        .storage
        .write_alone(move |mut tx| async move { jobs::postpone(&mut tx, job.kind, &job.key, claim, due_at).await });
    write.await
}

/// Seconds until a job runs again after this many failed runs: 1, 2, 4, … up to five minutes.
fn pause(tries: i64) -> Epoch {
    let doublings = u32::try_from(tries.clamp(1, 10) - 1).unwrap_or_default();
    (1 << doublings).min(LONGEST_PAUSE)
}
