//! Threads for slow work at a lower priority than the rest of the server: hashing passwords and rendering long pages. Such
//! work would block an async worker. Each thread can reuse memory from job to job. The queue has no limit; callers limit
//! what they put into it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use tokio::sync::oneshot;

type Job<M> = Box<dyn FnOnce(&mut M) + Send>;

/// The threads end when the last clone is dropped. `M` is the memory that each thread reuses.
#[derive(Clone)]
pub struct Workers<M = ()> {
    jobs: mpsc::Sender<Job<M>>,
}

impl<M: Default + 'static> Workers<M> {
    /// Starts `count` threads. `nice` is their nice value, up to 19 (setpriority(2)): with 10, a thread gets about a tenth
    /// of a core that other threads also use.
    ///
    /// # Panics
    /// When the system can't start a thread.
    pub fn start(name: &'static str, nice: i32, count: usize) -> Self {
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..count {
            let queue = queue.clone();
            let run = move || work(name, nice, &queue);
            thread::Builder::new().name(name.into()).spawn(run).expect("a thread can be started");
        }
        Self { jobs }
    }

    /// Runs a job and returns its result, or `None` if it panicked. Skips the job if the caller no longer waits.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce(&mut M) -> T + Send + 'static) -> Option<T> {
        let (sender, result) = oneshot::channel();
        let job: Job<M> = Box::new(move |memory| {
            if !sender.is_closed() {
                let _ = sender.send(job(memory));
            }
        });
        self.jobs.send(job).ok()?;
        result.await.ok()
    }
}

fn work<M: Default>(name: &str, nice: i32, queue: &Mutex<mpsc::Receiver<Job<M>>>) {
    lower_priority(nice);
    let mut memory = M::default();
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!(thread = name, "a job panicked");
        }
    }
}

/// On Linux, setpriority applies to the calling thread. If it fails, the thread keeps its priority.
#[cfg(target_os = "linux")]
fn lower_priority(nice: i32) {
    use rustix::process::{getpriority_process, setpriority_process};
    if getpriority_process(None).is_ok_and(|now| now < nice) {
        let _ = setpriority_process(None, nice);
    }
}

#[cfg(not(target_os = "linux"))]
fn lower_priority(_: i32) {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_panic_costs_no_thread_and_a_job_without_a_caller_is_skipped() {
        let workers = Workers::<()>::start("test", 10, 1);
        assert_eq!(workers.run(|()| assert!(std::hint::black_box(false), "simulates a bug")).await, None);
        let (go, waits) = mpsc::channel::<()>();
        let busy = tokio::spawn({
            let workers = workers.clone();
            async move { workers.run(move |()| waits.recv()).await }
        });
        tokio::task::yield_now().await;
        let (done, client) = mpsc::channel();
        let left = workers.run(move |()| done.send(()));
        assert!(tokio::time::timeout(Duration::from_millis(50), left).await.is_err());
        go.send(()).unwrap();
        assert_eq!(busy.await.unwrap(), Some(Ok(())));
        assert_eq!(workers.run(|()| 7).await, Some(7));
        assert!(client.try_recv().is_err());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn worker_threads_have_a_lower_priority() {
        let nice = |(): &mut ()| rustix::process::getpriority_process(None).unwrap();
        let own = rustix::process::getpriority_process(None).unwrap();
        assert_eq!(Workers::start("test", 10, 1).run(nice).await, Some(10.max(own)));
    }
}
