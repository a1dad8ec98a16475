//! Moves long work off the async workers: rendering a long page, searching a long list, writing a file. An async worker
//! that did it itself could answer no other request meanwhile, not even `/healthz`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::server::{
    account::Busy,
    web::{
        App,
        error::Error,
        limits::{LONG_JOB_WAIT, LONG_JOBS_PER_ACCOUNT, LONG_JOBS_PER_CORE},
    },
    workers::Workers,
};

/// The threads' nice value, up to 19. Password hashing has a higher one.
const NICE: i32 = 5;

/// Threads for long work, one for each core, with a queue. An account gets few slots in the queue, so that no other
/// account waits behind all of its jobs.
pub struct LongWork {
    workers: Workers,
    all: Arc<Semaphore>,
    accounts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// Slots in the queue: one of the account's, and one of all.
type Slots = (OwnedSemaphorePermit, OwnedSemaphorePermit);

impl LongWork {
    pub fn start() -> Self {
        Self::on(std::thread::available_parallelism().map_or(1, usize::from))
    }

    fn on(cores: usize) -> Self {
        Self {
            workers: Workers::start("long work", NICE, cores),
            all: Arc::new(Semaphore::new(LONG_JOBS_PER_CORE * cores)),
            accounts: Mutex::default(),
        }
    }

    /// Runs a job for an account, once the queue has a slot for it.
    ///
    /// # Errors
    /// [`Error::Busy`] when there was no slot in time, [`Error::Internal`] when the job panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        account: &str,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let slots = timeout(LONG_JOB_WAIT, self.slots(account)).await.ok().flatten().ok_or(Busy)?;
        // The job keeps its slots until it is done, even if the caller has left.
        let done = self.workers.run(move |()| {
            let result = job();
            drop(slots);
            result
        });
        done.await.ok_or(Error::Internal)
    }

    async fn slots(&self, account: &str) -> Option<Slots> {
        let own = self.account_slots(account).acquire_owned().await.ok()?;
        Some((own, Arc::clone(&self.all).acquire_owned().await.ok()?))
    }

    fn account_slots(&self, account: &str) -> Arc<Semaphore> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        // Forgets accounts without a job.
        accounts.retain(|name, slots| name == account || Arc::strong_count(slots) > 1);
        let new = || Arc::new(Semaphore::new(LONG_JOBS_PER_ACCOUNT));
        Arc::clone(accounts.entry(account.to_owned()).or_insert_with(new))
    }
}

impl App {
    /// Runs long work for an account on another thread.
    ///
    /// # Errors
    /// See [`LongWork::run`].
    pub async fn offload<T: Send + 'static>(
        &self,
        account: impl AsRef<str> + Send,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.long_work.run(account.as_ref(), work).await
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    /// Returns a queue for one core that holds these numbers of jobs. They run until the sender is dropped.
    fn occupied(jobs: &[(&'static str, usize)]) -> (Arc<LongWork>, mpsc::Sender<()>) {
        let work = Arc::new(LongWork::on(1));
        let (stop, stopped) = mpsc::channel();
        let stopped = Arc::new(Mutex::new(stopped));
        for &(account, count) in jobs {
            for _ in 0..count {
                let (work, stopped) = (work.clone(), stopped.clone());
                tokio::spawn(async move { work.run(account, move || stopped.lock().unwrap().recv().is_err()).await });
            }
        }
        (work, stop)
    }

    #[tokio::test]
    async fn an_account_has_four_jobs_in_the_queue_and_other_accounts_go_before_its_fifth() {
        let (work, stop) = occupied(&[("jane", 40)]);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(work.all.available_permits(), LONG_JOBS_PER_CORE - LONG_JOBS_PER_ACCOUNT);
        let marcus = tokio::spawn({
            let work = work.clone();
            async move { work.run("marcus", || 7).await }
        });
        assert!(matches!(work.run("jane", || 7).await, Err(Error::Busy { seconds: 2 })), "after two seconds");
        drop(stop);
        assert!(matches!(marcus.await.unwrap(), Ok(7)));
        assert!(matches!(work.run("jane", || 7).await, Ok(7)), "once there is a slot again");
        assert_eq!(work.accounts.lock().unwrap().len(), 1, "accounts without a job are forgotten");
    }

    #[tokio::test]
    async fn the_queue_takes_sixteen_jobs_for_each_core_and_refuses_another() {
        let (work, stop) = occupied(&[("a", 4), ("b", 4), ("c", 4), ("d", 4)]);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(work.all.available_permits(), 0);
        assert!(matches!(work.run("e", || 7).await, Err(Error::Busy { .. })));
        drop(stop);
        assert!(matches!(work.run("e", || 7).await, Ok(7)));
    }
}
