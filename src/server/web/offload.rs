//! Long work off the async workers: rendering a long page, searching a long list, writing a file. An async worker that
//! did it itself would answer nobody else meanwhile, not even `/healthz`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::server::web::{App, error::Error};
use crate::server::{account::Busy, workers::Workers};

/// Rows up to which a page is rendered on the async worker. A row takes about 0.1 ms, so that is at most 2 ms.
pub const FEW: usize = 20;

/// How much less urgent long work is than all else, of 19; hashing passwords gives way to it.
const NICE: i32 = 5;
/// Jobs of one account in the queue at once, and of all accounts for each core.
const MOST_OF_ACCOUNT: usize = 4;
const MOST_OF_CORE: usize = 16;
/// How long a job waits for a place in the queue. Long enough for a browser that opens ten tabs at once; a client that
/// asks for hundreds of pages gets 503.
const PATIENCE: Duration = Duration::from_secs(2);

/// Threads for long work, one for each core, and the queue before them. An account has few places in the queue, so
/// that nobody waits behind all that one account asked for.
pub struct LongWork {
    workers: Workers,
    all: Arc<Semaphore>,
    accounts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// Places in the queue: one of the account's, and one of all.
type Place = (OwnedSemaphorePermit, OwnedSemaphorePermit);

impl LongWork {
    pub fn start() -> Self {
        Self::on(std::thread::available_parallelism().map_or(1, usize::from))
    }

    fn on(cores: usize) -> Self {
        Self {
            workers: Workers::start("long work", NICE, cores),
            all: Arc::new(Semaphore::new(MOST_OF_CORE * cores)),
            accounts: Mutex::default(),
        }
    }

    /// Does a job for an account, once there is a place for it.
    ///
    /// # Errors
    /// [`Error::Busy`] when there was none in time, [`Error::Internal`] when the job panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        account: &str,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let place = timeout(PATIENCE, self.place(account)).await.ok().flatten().ok_or(Busy)?;
        // The job holds its place until it is done, even if the caller has gone away.
        let done = self.workers.run(move |()| {
            let result = job();
            drop(place);
            result
        });
        done.await.ok_or(Error::Internal)
    }

    async fn place(&self, account: &str) -> Option<Place> {
        let own = self.places_of(account).acquire_owned().await.ok()?;
        Some((own, Arc::clone(&self.all).acquire_owned().await.ok()?))
    }

    fn places_of(&self, account: &str) -> Arc<Semaphore> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        // Only accounts that have or want a place are remembered.
        accounts.retain(|name, places| name == account || Arc::strong_count(places) > 1);
        let new = || Arc::new(Semaphore::new(MOST_OF_ACCOUNT));
        Arc::clone(accounts.entry(account.to_owned()).or_insert_with(new))
    }
}

impl App {
    /// Does something long for an account on a thread of its own.
    ///
    /// # Errors
    /// See [`LongWork::run`].
    pub async fn offload<T: Send + 'static>(
        &self,
        account: &str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.long_work.run(account, work).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A queue for one core, with as many jobs of each account as given, which run until the sender is dropped.
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
    async fn four_jobs_of_an_account_are_in_the_queue_and_others_are_done_before_its_rest() {
        let (work, stop) = occupied(&[("jane", 40)]);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(work.all.available_permits(), MOST_OF_CORE - MOST_OF_ACCOUNT);
        let marcus = tokio::spawn({
            let work = work.clone();
            async move { work.run("marcus", || 7).await }
        });
        assert!(matches!(work.run("jane", || 7).await, Err(Error::Busy { seconds: 2 })), "after two seconds");
        drop(stop);
        assert!(matches!(marcus.await.unwrap(), Ok(7)));
        assert!(matches!(work.run("jane", || 7).await, Ok(7)), "once there is a place again");
        assert_eq!(work.accounts.lock().unwrap().len(), 1, "who wants nothing is not remembered");
    }

    #[tokio::test]
    async fn sixteen_jobs_for_each_core_are_in_the_queue_and_one_more_is_told_to_come_again() {
        let (work, stop) = occupied(&[("a", 4), ("b", 4), ("c", 4), ("d", 4)]);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(work.all.available_permits(), 0);
        assert!(matches!(work.run("e", || 7).await, Err(Error::Busy { .. })));
        drop(stop);
        assert!(matches!(work.run("e", || 7).await, Ok(7)));
    }
}
