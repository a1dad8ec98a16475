//! The open connections of a listener, so that those which hold a place without using it can be closed.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use crate::server::metrics::{ClosedFor, Listener, Metrics};
use crate::server::web::connections::{
    Limits,
    state::{Close, GRACE, State, Waits, lock},
};

/// How often a full table is searched again for a connection to close.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Time between two warnings of the same kind: a flood must not fill the log.
const WARNINGS: Duration = Duration::from_secs(60);

/// A place in the table, given back when it is dropped.
pub struct Entry {
    number: u64,
    state: State,
    table: Arc<Table>,
}

impl Entry {
    pub fn state(&self) -> State {
        self.state.clone()
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        lock(&self.table.open).remove(&self.number);
        self.table.left.notify_waiters();
    }
}

pub struct Table {
    limits: Limits,
    name: Listener,
    metrics: Metrics,
    numbers: AtomicU64,
    open: Mutex<HashMap<u64, State>>,
    left: Notify,
    /// When the log last told of a full table, and how many were closed for that since.
    warned: Mutex<(Option<Instant>, usize)>,
}

impl Table {
    pub fn new(limits: Limits, name: Listener, metrics: Metrics) -> Self {
        let (open, left, warned) = (Mutex::default(), Notify::new(), Mutex::default());
        Self { limits, name, metrics, numbers: AtomicU64::new(0), open, left, warned }
    }

    /// A place for a new connection: at once, or when another one has left it.
    pub async fn enter(self: &Arc<Self>) -> Entry {
        while lock(&self.open).len() >= self.limits.connections {
            let left = self.left.notified();
            let closed = self.make_room();
            self.warn_full(closed);
            let _ = timeout(LOOK_AGAIN, left).await;
        }
        let (number, state) = (self.numbers.fetch_add(1, Ordering::Relaxed), State::new());
        lock(&self.open).insert(number, state.clone());
        Entry { number, state, table: self.clone() }
    }

    /// Closes the connection that has waited for its client longest and, so that a flood does not cost a search for each new
    /// connection, others that have waited for [`GRACE`] as well, up to a thirty-second part of the table. Where no client is
    /// waited for to send something, it closes one that takes nothing of its answer. Returns how many it closed: none while
    /// those of the time before have not left yet.
    fn make_room(&self) -> usize {
        let (mut sending, mut taking) = (Vec::new(), Vec::new());
        for state in lock(&self.open).values() {
            if state.is_closing() {
                return 0;
            }
            match state.closable() {
                Some((Waits::ToReceive, since)) => sending.push((since, state.clone())),
                Some((Waits::ToSend, since)) => taking.push((since, state.clone())),
                None => {}
            }
        }
        let (mut closing, most) =
            if sending.is_empty() { (taking, 1) } else { (sending, self.limits.connections / 32) };
        closing.sort_unstable_by_key(|(since, _)| *since);
        let waited = closing.partition_point(|(since, _)| since.elapsed() >= GRACE);
        closing.truncate(waited.min(most).max(1));
        closing.iter().for_each(|(_, state)| state.close(Close::IfWaiting));
        self.metrics.closed_connections(ClosedFor::Full, closing.len());
        closing.len()
    }

    /// The system refused another connection: most likely there are no descriptors left.
    pub fn cannot_accept(&self, e: &io::Error) {
        let closed = self.make_room();
        if self.may_warn(closed).is_some() {
            tracing::warn!(listener = self.name.name(), error = %e, "could not accept a connection; raise the open-file limit (ulimit -n)");
        }
    }

    fn warn_full(&self, closed: usize) {
        if let Some(closed) = self.may_warn(closed) {
            let (listener, limit) = (self.name.name(), self.limits.connections);
            tracing::warn!(
                listener,
                limit,
                closed,
                "connection limit reached; closing idle connections. Raise the open-file limit (ulimit -n)"
            );
        }
    }

    /// How many were closed since the last warning, when it is time for another.
    fn may_warn(&self, closed: usize) -> Option<usize> {
        let mut warned = lock(&self.warned);
        warned.1 += closed;
        if warned.0.is_some_and(|last| last.elapsed() < WARNINGS) {
            return None;
        }
        warned.0 = Some(Instant::now());
        Some(std::mem::take(&mut warned.1))
    }

    /// Closes what has run out of time.
    pub fn sweep(&self) {
        let open = lock(&self.open);
        self.metrics.connections(self.name, open.len());
        for state in open.values() {
            if let Some(reason) = state.overdue(&self.limits) {
                state.close(Close::IfWaiting);
                self.metrics.closed_connections(reason, 1);
            }
        }
    }

    pub fn close_all(&self) {
        lock(&self.open).values().for_each(|state| state.close(Close::AtOnce));
    }

    /// Ends when no connection is open any more.
    pub async fn empty(&self) {
        loop {
            let left = self.left.notified();
            if lock(&self.open).is_empty() {
                return;
            }
            left.await;
        }
    }
}
