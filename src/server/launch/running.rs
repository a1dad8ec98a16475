//! Launches that run right now. A second request with the same code waits for the first if it comes from the same browser; what
//! it then may see is decided by the database, not here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::sync::watch;

use crate::server::account::AccessDenied;

type Hash = [u8; 32];

/// How a launch ended, for those who wait for it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ended {
    /// Its visit can be asked for.
    Arrived,
    Refused,
    ClientRefused,
    AccessDenied(AccessDenied),
    Unavailable {
        free: bool,
        slow: bool,
    },
    Otherwise,
}

struct Run {
    /// The browser session that launched, where it had one.
    session: Option<String>,
    over: watch::Receiver<Option<Ended>>,
}

#[derive(Clone, Default)]
pub(super) struct Running(Arc<Mutex<HashMap<Hash, Run>>>);

pub(super) enum Place {
    /// The first: the code is this launch's to take, and the launch is over when the guard is dropped.
    Mine(Guard),
    /// The same browser's launch runs already; resolves when it is over.
    Wait(watch::Receiver<Option<Ended>>),
    /// Somebody else's, which runs still; resolves when it is over.
    Taken(watch::Receiver<Option<Ended>>),
}

pub(super) struct Guard {
    running: Running,
    hash: Hash,
    tell: watch::Sender<Option<Ended>>,
}

impl Running {
    pub fn enter(&self, hash: Hash, session: Option<&str>) -> Place {
        let mut runs = self.lock();
        if let Some(run) = runs.get(&hash) {
            let same = session.is_some() && run.session.as_deref() == session;
            let over = run.over.clone();
            return if same { Place::Wait(over) } else { Place::Taken(over) };
        }
        let (tell, over) = watch::channel(None);
        runs.insert(hash, Run { session: session.map(str::to_owned), over });
        Place::Mine(Guard { running: self.clone(), hash, tell })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Hash, Run>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Guard {
    /// Tells those who wait how it ended. Without it they learn that it broke off.
    pub fn over(self, ended: Ended) {
        self.tell.send_replace(Some(ended));
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.running.lock().remove(&self.hash);
    }
}
