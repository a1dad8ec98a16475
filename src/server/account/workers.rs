//! The threads that hash: one for each core, each with 19 MiB that it keeps (allocated anew for each check, the allocator keeps many times
//! that), and all less urgent than whatever else the server does, so that a flood of passwords slows nobody down who has none to give.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use argon2::Block;
use tokio::sync::oneshot;

/// How much less urgent, of 19 (setpriority(2)): of a core that somebody else wants too, a tenth is left for hashing.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

type Job = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

/// They end with the last clone.
#[derive(Clone)]
pub(super) struct Workers {
    jobs: mpsc::Sender<Job>,
}

impl Workers {
    pub fn start(count: usize) -> Self {
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..count {
            let queue = queue.clone();
            thread::Builder::new().name("hashing".into()).spawn(move || work(&queue)).expect("a thread can be started");
        }
        Self { jobs }
    }

    /// What a job comes to, when its turn has come; none when it broke off. Where nobody waits for it any more by then, it is not done.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static) -> Option<T> {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |memory| {
            if !tell.is_closed() {
                let _ = tell.send(job(memory));
            }
        });
        self.jobs.send(job).ok()?;
        told.await.ok()
    }
}

fn work(queue: &Mutex<mpsc::Receiver<Job>>) {
    #[cfg(target_os = "linux")]
    give_way();
    let mut memory = Vec::new();
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!("hashing broke off");
        }
    }
}

/// On Linux the priority is the calling thread's. Where it is refused, hashing is as urgent as all else; it is never made more so.
#[cfg(target_os = "linux")]
fn give_way() {
    use rustix::process::{getpriority_process, setpriority_process};
    if getpriority_process(None).is_ok_and(|nice| nice < NICE) {
        let _ = setpriority_process(None, NICE);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_costs_no_thread_and_one_that_nobody_waits_for_is_not_done() {
        let workers = Workers::start(1);
        assert_eq!(workers.run(|_| assert!(std::hint::black_box(false), "as a bug would")).await, None);
        let (go, waits) = mpsc::channel::<()>();
        let busy = tokio::spawn({
            let workers = workers.clone();
            async move { workers.run(move |_| waits.recv()).await }
        });
        tokio::task::yield_now().await;
        let (done, seen) = mpsc::channel();
        let left = workers.run(move |_| done.send(()));
        assert!(tokio::time::timeout(Duration::from_millis(50), left).await.is_err());
        go.send(()).unwrap();
        assert_eq!(busy.await.unwrap(), Some(Ok(())));
        assert_eq!(workers.run(|_| 7).await, Some(7));
        assert!(seen.try_recv().is_err());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn hashing_is_less_urgent_than_all_else() {
        let nice = |_: &mut Vec<Block>| rustix::process::getpriority_process(None).unwrap();
        let own = rustix::process::getpriority_process(None).unwrap();
        assert_eq!(Workers::start(1).run(nice).await, Some(NICE.max(own)));
    }
}
