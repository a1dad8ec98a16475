//! The queue of background jobs, with handlers of the tests' own.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::{
    server::{
        clock::Clock,
        core::Core,
        jobs::{Handler, Job, JobKind, Next, Queue, Worker},
        metrics::Metrics,
        rng::Rng,
        storage::{self, Storage},
    },
    tests::app::Folder,
};

/// Runs jobs of the kind that TestApp's own worker is never asked for.
const KIND: JobKind = JobKind::Sweep;

/// What a run does, by the job's key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behavior {
    /// Takes this many milliseconds.
    Takes(u64),
    PanicsOnce,
    RunsUntilStopped,
    /// Says once that it has more to do.
    ContinuesOnce,
}

#[derive(Default)]
struct Recorder {
    behaviors: HashMap<&'static str, Behavior>,
    runs: Mutex<Vec<String>>,
    running: AtomicUsize,
    most_running: AtomicUsize,
    concurrency: usize,
}

impl Recorder {
    fn runs(&self) -> Vec<String> {
        self.runs.lock().unwrap().clone()
    }

    fn count(&self, key: &str) -> usize {
        self.runs().iter().filter(|run| *run == key).count()
    }
}

#[async_trait]
impl Handler for Recorder {
    fn kind(&self) -> JobKind {
        KIND
    }

    fn concurrency(&self) -> usize {
        self.concurrency.max(1)
    }

    async fn run(&self, job: &Job, stop: &CancellationToken) -> storage::Result<Next> {
        self.runs.lock().unwrap().push(job.key.clone());
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_running.fetch_max(running, Ordering::SeqCst);
        match self.behaviors.get(job.key.as_str()) {
            Some(Behavior::PanicsOnce) if self.count(&job.key) == 1 => panic!("this test's handler panics"),
            Some(Behavior::RunsUntilStopped) => stop.cancelled().await,
            Some(Behavior::ContinuesOnce) if self.count(&job.key) == 1 => {
                self.running.fetch_sub(1, Ordering::SeqCst);
                return Ok(Next::Continue);
            }
            Some(Behavior::Takes(milliseconds)) => tokio::time::sleep(Duration::from_millis(*milliseconds)).await,
            _ => {}
        }
        self.running.fetch_sub(1, Ordering::SeqCst);
        Ok(Next::Done)
    }
}

struct World {
    core: Core,
    queue: Queue,
    folder: Folder,
}

impl World {
    async fn new() -> Self {
        let folder = Folder::make();
        let core = core(&folder, Clock::default()).await;
        Self { core, queue: Queue::default(), folder }
    }

    async fn add(&self, key: &'static str, urgent: bool) {
        let now = self.core.clock.now();
        let write = self.core.storage.write(move |mut tx| async move {
            if urgent {
                Queue::add_urgent(&mut tx, KIND, key, now).await
            } else {
                Queue::add(&mut tx, KIND, key, now).await
            }
        });
        write.await.unwrap();
        self.queue.wake();
    }

    fn start(&self, recorder: &Arc<Recorder>) -> Worker {
        Worker::start(self.core.clone(), self.queue.clone(), vec![recorder.clone()])
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.core.storage.reader().pool()).await.unwrap()
    }
}

async fn core(folder: &Folder, clock: Clock) -> Core {
    let storage = Storage::open(&format!("sqlite:{}", folder.0.join("jobs.db").display())).await.unwrap();
    Core { storage, clock, rng: Rng, metrics: Metrics::default() }
}

/// Waits for a condition, for at most ten seconds.
async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    for _ in 0..500 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

fn recorder(behaviors: &[(&'static str, Behavior)]) -> Arc<Recorder> {
    Arc::new(Recorder { behaviors: behaviors.iter().copied().collect(), ..Recorder::default() })
}

#[tokio::test]
async fn a_job_runs_once_and_once_more_if_it_was_asked_for_while_it_ran() {
    let (world, recorder) = (World::new().await, recorder(&[("slow", Behavior::Takes(300))]));
    world.add("slow", false).await;
    world.add("slow", false).await;
    let worker = world.start(&recorder);
    until("the job runs", async || recorder.count("slow") == 1).await;
    world.add("slow", false).await;
    world.add("slow", false).await;
    until("the queue is empty", async || world.count("select count(*) from jobs").await == 0).await;
    assert_eq!(recorder.count("slow"), 2);
    worker.finish().await;
}

#[tokio::test]
async fn urgent_jobs_go_ahead_and_a_kind_has_a_limit_of_jobs_at_once() {
    let (world, recorder) = (World::new().await, recorder(&[]));
    for key in ["a", "b", "c"] {
        world.add(key, false).await;
    }
    world.add("c", true).await;
    let worker = world.start(&recorder);
    until("all ran", async || recorder.runs().len() == 3).await;
    assert_eq!(recorder.runs(), ["c", "a", "b"]);
    worker.finish().await;
    let limited = Arc::new(Recorder {
        behaviors: ["1", "2", "3", "4", "5", "6"].into_iter().map(|key| (key, Behavior::Takes(200))).collect(),
        concurrency: 2,
        ..Recorder::default()
    });
    for key in ["1", "2", "3", "4", "5", "6"] {
        world.add(key, false).await;
    }
    let worker = world.start(&limited);
    until("all ran", async || world.count("select count(*) from jobs").await == 0).await;
    assert_eq!((limited.runs().len(), limited.most_running.load(Ordering::SeqCst)), (6, 2));
    worker.finish().await;
}

#[tokio::test]
async fn a_job_with_more_to_do_lets_others_run_first_unless_it_is_urgent() {
    for (urgent, order) in [(false, ["long", "other", "long"]), (true, ["long", "long", "other"])] {
        let (world, recorder) = (World::new().await, recorder(&[("long", Behavior::ContinuesOnce)]));
        world.add("long", urgent).await;
        world.core.clock.advance(1);
        world.add("other", false).await;
        world.core.clock.advance(1);
        let worker = world.start(&recorder);
        until("all ran", async || recorder.runs().len() == 3).await;
        assert_eq!(recorder.runs(), order, "urgent: {urgent}");
        worker.finish().await;
    }
}

#[tokio::test]
async fn a_panicking_job_runs_again_after_a_pause_and_stops_no_other() {
    let (world, recorder) = (World::new().await, recorder(&[("bad", Behavior::PanicsOnce)]));
    world.add("bad", false).await;
    world.add("good", false).await;
    let worker = world.start(&recorder);
    until("both ran", async || recorder.count("bad") == 1 && recorder.count("good") == 1).await;
    until("the failure is stored", async || world.count("select count(*) from jobs where tries = 1").await == 1).await;
    until("the job ran again", async || recorder.count("bad") == 2).await;
    until("the queue is empty", async || world.count("select count(*) from jobs").await == 0).await;
    worker.finish().await;
}

#[tokio::test]
async fn stopping_waits_for_a_running_job_and_tells_it_to_stop() {
    let (world, recorder) = (World::new().await, recorder(&[("long", Behavior::RunsUntilStopped)]));
    world.add("long", false).await;
    let worker = world.start(&recorder);
    until("the job runs", async || recorder.count("long") == 1).await;
    tokio::time::timeout(Duration::from_secs(5), worker.finish()).await.unwrap();
    assert_eq!(world.count("select count(*) from jobs").await, 0, "its outcome is stored");
}

#[tokio::test]
async fn the_job_of_a_process_that_died_is_taken_over_when_its_claim_expires() {
    let (world, recorder) = (World::new().await, recorder(&[]));
    world.add("orphan", false).await;
    let now = world.core.clock.now();
    let claim = world
        .core
        .storage
        .write(move |mut tx| async move { storage::jobs::claim(&mut tx, KIND, "orphan", now, 15).await });
    assert!(claim.await.unwrap().is_some());
    let worker = world.start(&recorder);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(recorder.count("orphan"), 0, "another process may still run it");
    world.core.clock.advance(15);
    until("the job is taken over", async || recorder.count("orphan") == 1).await;
    worker.finish().await;
    assert_eq!(world.count("select count(*) from jobs").await, 0);
}

#[tokio::test]
async fn two_processes_share_the_jobs_and_never_run_one_twice() {
    let world = World::new().await;
    let keys: Vec<&'static str> = (0..60).map(|n| &*format!("job {n}").leak()).collect();
    for key in &keys {
        world.add(key, false).await;
    }
    let recorders = [(); 2].map(|()| Arc::new(Recorder { concurrency: 4, ..Recorder::default() }));
    let other =
        World { core: core(&world.folder, Clock::default()).await, queue: Queue::default(), folder: Folder::make() };
    let workers = [world.start(&recorders[0]), other.start(&recorders[1])];
    until("all ran", async || world.count("select count(*) from jobs").await == 0).await;
    for worker in workers {
        worker.finish().await;
    }
    let mut runs: Vec<_> = recorders.iter().flat_map(|recorder| recorder.runs()).collect();
    runs.sort_unstable();
    runs.dedup();
    assert_eq!(runs.len(), 60);
    assert_eq!(recorders.iter().map(|recorder| recorder.runs().len()).sum::<usize>(), 60);
}

#[tokio::test]
async fn a_run_whose_claim_was_lost_is_told_to_stop_and_changes_nothing() {
    let (world, recorder) = (World::new().await, recorder(&[("paused", Behavior::RunsUntilStopped)]));
    world.add("paused", false).await;
    let worker = world.start(&recorder);
    until("the job runs", async || recorder.count("paused") == 1).await;
    // As if another process had claimed it while this one was suspended.
    let write = world.core.storage.write(|mut tx| async move {
        sqlx::query("update jobs set claim = claim + 1").execute(tx.raw()).await.unwrap();
        Ok::<_, storage::Error>(())
    });
    write.await.unwrap();
    until("the run stops", async || recorder.running.load(Ordering::SeqCst) == 0).await;
    worker.finish().await;
    assert_eq!(world.count("select count(*) from jobs where claimed_until > 0").await, 1, "the other's claim stays");
}

#[tokio::test]
async fn t37_jobs_run_early_after_the_clock_was_set_back() {
    let (world, recorder) = (World::new().await, recorder(&[]));
    let worker = world.start(&recorder);
    world.core.clock.advance(3_600);
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let due_at = world.core.clock.now() + 60;
    let add = world.core.storage.write(move |mut tx| async move { Queue::add(&mut tx, KIND, "later", due_at).await });
    add.await.unwrap();
    world.core.clock.set(-3_600);
    until("the job runs", async || recorder.count("later") == 1).await;
    worker.finish().await;
}
