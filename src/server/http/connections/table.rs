//! The open connections of a listener and what each is doing, so that those which hold a place without using it can be closed.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::Limits;
use crate::server::metrics::{ClosedFor, Listener, Metrics};

/// How often it is looked for a connection to close while the table is full of busy ones.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Time between two warnings of the same kind: a flood must not fill the log.
const WARNINGS: Duration = Duration::from_secs(60);

/// What a connection is doing, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A request head is arriving, or the first one is waited for.
    Head(Instant),
    /// A request is being answered.
    Answering,
    /// The answer is complete, but not all of it was written to the socket.
    Flushing,
    /// The answer went out, the next request is waited for.
    Idle(Instant),
    /// Our side is closed, the client's is not yet.
    Lingering(Instant),
}

#[derive(Debug)]
struct Doing {
    phase: Phase,
    /// Since when the client has taken nothing of what is to be written.
    stalled: Option<Instant>,
}

/// The state of one connection; clones are the same state.
#[derive(Clone)]
pub struct State(Arc<Shared>);

struct Shared {
    doing: Mutex<Doing>,
    close: CancellationToken,
}

impl State {
    fn new() -> Self {
        let doing = Doing { phase: Phase::Head(Instant::now()), stalled: None };
        Self(Arc::new(Shared { doing: Mutex::new(doing), close: CancellationToken::new() }))
    }

    /// Bytes came: if none were expected, they begin a request head.
    pub fn begin_head(&self) {
        let mut doing = lock(&self.0.doing);
        if let Phase::Idle(_) = doing.phase {
            doing.phase = Phase::Head(Instant::now());
        }
    }

    pub fn begin_answer(&self) {
        lock(&self.0.doing).phase = Phase::Answering;
    }

    pub fn end_answer(&self) {
        lock(&self.0.doing).phase = Phase::Flushing;
    }

    /// Everything that was to be written is.
    pub fn flushed(&self) {
        let mut doing = lock(&self.0.doing);
        if doing.phase == Phase::Flushing {
            doing.phase = Phase::Idle(Instant::now());
        }
    }

    /// Something was to be written: the client took some of it, or nothing.
    pub fn note_write(&self, taken: bool) {
        let mut doing = lock(&self.0.doing);
        doing.stalled = if taken { None } else { doing.stalled.or_else(|| Some(Instant::now())) };
    }

    pub fn linger(&self) {
        lock(&self.0.doing).phase = Phase::Lingering(Instant::now());
    }

    /// Whether nothing of a request is in hand: closing the connection loses no answer.
    pub fn is_waiting(&self) -> bool {
        matches!(lock(&self.0.doing).phase, Phase::Head(_) | Phase::Idle(_))
    }

    /// Ends once the table closes the connection.
    pub async fn closed(&self) {
        self.0.close.cancelled().await;
    }

    fn close(&self) {
        self.0.close.cancel();
    }

    /// Why the connection is to be closed now, if it is and has not been told so before.
    fn overdue(&self, limits: &Limits) -> Option<ClosedFor> {
        if self.0.close.is_cancelled() {
            return None;
        }
        let doing = lock(&self.0.doing);
        if doing.stalled.is_some_and(|since| since.elapsed() >= limits.stalled) {
            return Some(ClosedFor::Stalled);
        }
        let (since, limit, reason) = match doing.phase {
            Phase::Head(since) => (since, limits.head, ClosedFor::Head),
            Phase::Idle(since) => (since, limits.idle, ClosedFor::Idle),
            Phase::Lingering(since) => (since, limits.linger, ClosedFor::Lingering),
            Phase::Answering | Phase::Flushing => return None,
        };
        (since.elapsed() >= limit).then_some(reason)
    }

    /// Since when the connection could be closed for another one. Those that wait come first, then those that take nothing.
    fn closable(&self) -> Option<(bool, Instant)> {
        if self.0.close.is_cancelled() {
            return None;
        }
        let doing = lock(&self.0.doing);
        match doing.phase {
            Phase::Head(since) | Phase::Idle(since) | Phase::Lingering(since) => Some((false, since)),
            Phase::Answering | Phase::Flushing => doing.stalled.map(|since| (true, since)),
        }
    }
}

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

    /// Closes the connections that have waited longest: a thirty-second part of the table at once, so that a flood does not cost a look
    /// at all of them for each new one. Returns how many.
    fn make_room(&self) -> usize {
        let mut closable: Vec<_> =
            lock(&self.open).values().filter_map(|state| Some((state.closable()?, state.clone()))).collect();
        closable.sort_unstable_by_key(|(since, _)| *since);
        closable.truncate((self.limits.connections / 32).max(1));
        closable.iter().for_each(|(_, state)| state.close());
        self.metrics.closed_connections(ClosedFor::Full, closable.len());
        closable.len()
    }

    /// The system refused another connection: most likely there are no descriptors left.
    pub fn cannot_accept(&self, e: &io::Error) {
        let closed = self.make_room();
        if self.may_warn(closed).is_some() {
            tracing::warn!(listener = self.name.name(), error = %e, "a connection could not be accepted; raise the limit of open files");
        }
    }

    fn warn_full(&self, closed: usize) {
        if let Some(closed) = self.may_warn(closed) {
            let (listener, limit) = (self.name.name(), self.limits.connections);
            tracing::warn!(
                listener,
                limit,
                closed,
                "at the limit of connections: the oldest idle ones are closed; raise the limit of open files"
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
                state.close();
                self.metrics.closed_connections(reason, 1);
            }
        }
    }

    pub fn close_all(&self) {
        lock(&self.open).values().for_each(State::close);
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

/// Nothing that is done under these locks can panic half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
