//! Launches that are running now. A second request with the same code waits for the first if it comes from the same
//! browser. What it may see then is decided by the database, not here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::LaunchError;

type Hash = [u8; 32];

/// How a launch finished, for requests that wait for it: with a visit, which they may look up, or an error.
pub(super) type Finished = Result<(), LaunchError>;

struct Run {
    /// The browser session that launched, if it had one.
    session: Option<String>,
    finished: watch::Receiver<Option<Finished>>,
}

#[derive(Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashMap<Hash, Run>>>);

pub(super) enum Entry {
    /// No other request launches this code. The launch ends when the guard is dropped.
    First(Guard),
    /// The same browser is launching it; resolves when that launch is finished.
    SameBrowser(watch::Receiver<Option<Finished>>),
    /// Another browser is launching it; resolves when that launch is finished.
    OtherBrowser(watch::Receiver<Option<Finished>>),
}

pub(super) struct Guard {
    running: Running,
    hash: Hash,
    sender: watch::Sender<Option<Finished>>,
}

impl Running {
    pub fn enter(&self, hash: Hash, session: Option<&str>) -> Entry {
        let mut runs = self.runs();
        if let Some(run) = runs.get(&hash) {
            let is_same = session.is_some() && run.session.as_deref() == session;
            let finished = run.finished.clone();
            return if is_same { Entry::SameBrowser(finished) } else { Entry::OtherBrowser(finished) };
        }
        let (sender, finished) = watch::channel(None);
        runs.insert(hash, Run { session: session.map(str::to_owned), finished });
        Entry::First(Guard { running: self.clone(), hash, sender })
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<Hash, Run>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guard {
    /// Notifies the requests that wait. If the guard is only dropped, they see that the launch was aborted.
    pub fn finish(self, finished: Finished) {
        self.sender.send_replace(Some(finished));
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.running.runs().remove(&self.hash);
    }
}
