//! The open connections of a listener. When the table is full, it closes connections that are not in use.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use crate::server::{
    metrics::{ClosedFor, Listener, Metrics},
    web::{
        connections::{
            Limits,
            state::{CloseRequest, State, WaitingFor, lock},
        },
        limits::{EVICTION_GRACE, EVICTION_RETRY, EVICTION_SHARE, WARNING_INTERVAL},
    },
};

/// A connection's slot in the table, freed on drop.
pub struct Slot {
    id: u64,
    state: State,
    table: Arc<Table>,
}

impl Slot {
    pub fn state(&self) -> State {
        self.state.clone()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        lock(&self.table.open).remove(&self.id);
        self.table.freed.notify_waiters();
    }
}

pub struct Table {
    limits: Limits,
    name: Listener,
    metrics: Metrics,
    next_id: AtomicU64,
    open: Mutex<HashMap<u64, State>>,
    /// A slot was freed.
    freed: Notify,
    /// When the last warning about a full table was logged, and how many connections were closed since.
    warned: Mutex<(Option<Instant>, usize)>,
}

impl Table {
    pub fn new(limits: Limits, name: Listener, metrics: Metrics) -> Self {
        let (open, freed, warned) = (Mutex::default(), Notify::new(), Mutex::default());
        Self { limits, name, metrics, next_id: AtomicU64::new(0), open, freed, warned }
    }

    /// Returns a slot for a new connection. Waits until there is one.
    pub async fn take_slot(self: &Arc<Self>) -> Slot {
        while lock(&self.open).len() >= self.limits.connections {
            let freed = self.freed.notified();
            let closed = self.evict();
            self.warn_full(closed);
            let _ = timeout(EVICTION_RETRY, freed).await;
        }
        let (id, state) = (self.next_id.fetch_add(1, Ordering::Relaxed), State::new());
        lock(&self.open).insert(id, state.clone());
        Slot { id, state, table: self.clone() }
    }

    /// Closes connections to free their slots, and returns how many. First choice is the one whose client has kept the
    /// server waiting longest for something to read. So that a flood does not cost a search for each new connection,
    /// others that have waited for [`EVICTION_GRACE`] are closed as well, up to [`EVICTION_SHARE`]. Without such a
    /// connection, one whose client accepts nothing of its response is closed. Does nothing while earlier evictions are
    /// pending.
    fn evict(&self) -> usize {
        let (mut sending, mut receiving) = (Vec::new(), Vec::new());
        for state in lock(&self.open).values() {
            if state.is_closing() {
                return 0;
            }
            match state.evictable() {
                Some((WaitingFor::Sending, since)) => sending.push((since, state.clone())),
                Some((WaitingFor::Receiving, since)) => receiving.push((since, state.clone())),
                None => {}
            }
        }
        let (mut candidates, most) =
            if sending.is_empty() { (receiving, 1) } else { (sending, self.limits.connections / EVICTION_SHARE) };
        candidates.sort_unstable_by_key(|(since, _)| *since);
        let waited = candidates.partition_point(|(since, _)| since.elapsed() >= EVICTION_GRACE);
        candidates.truncate(waited.min(most).max(1));
        candidates.iter().for_each(|(_, state)| state.close(CloseRequest::IfWaiting));
        self.metrics.closed_connections(ClosedFor::Full, candidates.len());
        candidates.len()
    }

    /// The system refused another connection, most likely for lack of file descriptors.
    pub fn cannot_accept(&self, e: &io::Error) {
        let closed = self.evict();
        if self.may_warn(closed).is_some() {
            tracing::warn!(
                listener = self.name.name(),
                error = %e,
                "could not accept a connection; raise the open-file limit (ulimit -n)"
            );
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

    /// Returns how many connections were closed since the last warning, when the next warning is due.
    fn may_warn(&self, closed: usize) -> Option<usize> {
        let mut warned = lock(&self.warned);
        warned.1 += closed;
        if warned.0.is_some_and(|last| last.elapsed() < WARNING_INTERVAL) {
            return None;
        }
        warned.0 = Some(Instant::now());
        Some(std::mem::take(&mut warned.1))
    }

    /// Closes the connections that have timed out.
    pub fn close_timed_out(&self) {
        let open = lock(&self.open);
        self.metrics.connections(self.name, open.len());
        for state in open.values() {
            if let Some(reason) = state.timed_out(&self.limits) {
                state.close(CloseRequest::IfWaiting);
                self.metrics.closed_connections(reason, 1);
            }
        }
    }

    pub fn close_all(&self) {
        lock(&self.open).values().for_each(|state| state.close(CloseRequest::Now));
    }

    /// Completes when no connection is open.
    pub async fn wait_until_empty(&self) {
        loop {
            let freed = self.freed.notified();
            if lock(&self.open).is_empty() {
                return;
            }
            freed.await;
        }
    }
}
