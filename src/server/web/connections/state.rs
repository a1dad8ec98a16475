//! What a connection is doing, and whether it is to be closed: written by its task, read by the table.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use crate::server::metrics::ClosedFor;
use crate::server::web::connections::Limits;

/// A connection that is younger than this is never closed for another one. Without it, a flood of new connections would leave
/// none of them the time to send a request.
pub const GRACE: Duration = Duration::from_secs(1);
/// How long a client must have taken nothing of its answer before its connection is closed for another one. A download over
/// a slow network pauses for shorter times than this.
const STALLED: Duration = Duration::from_secs(5);

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

/// Whether the connection was chosen to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    No,
    /// If the server still waits for the client when its task hears of it.
    IfWaiting,
    AtOnce,
}

/// What the server waits for the client to do. Closing a connection costs less where the client has something to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// A request head, the rest of a request body, or the end of the connection.
    ToReceive,
    /// The client has room for more of its answer.
    ToSend,
}

#[derive(Debug)]
struct Doing {
    phase: Phase,
    /// Since when the rest of the request's body is waited for. Bytes that trickle in do not start this again.
    reading: Option<Instant>,
    /// Since when the client has taken nothing of what is to be written.
    stalled: Option<Instant>,
    close: Close,
}

impl Doing {
    /// What the client is waited for to do, and since when; `None` while the server itself is at work.
    fn waits(&self) -> Option<(Waits, Instant)> {
        match self.phase {
            Phase::Head(since) | Phase::Idle(since) | Phase::Lingering(since) => Some((Waits::ToReceive, since)),
            Phase::Answering | Phase::Flushing => {
                let reading = self.reading.map(|since| (Waits::ToReceive, since));
                reading.or_else(|| self.stalled.map(|since| (Waits::ToSend, since)))
            }
        }
    }
}

/// The state of one connection; clones are the same state.
#[derive(Clone)]
pub struct State(Arc<Shared>);

struct Shared {
    opened: Instant,
    doing: Mutex<Doing>,
    /// Wakes the connection's task to look at [`Doing::close`].
    told: Notify,
}

impl State {
    pub fn new() -> Self {
        let opened = Instant::now();
        let doing = Doing { phase: Phase::Head(opened), reading: None, stalled: None, close: Close::No };
        Self(Arc::new(Shared { opened, doing: Mutex::new(doing), told: Notify::new() }))
    }

    /// Bytes came: if none were expected, they begin a request head.
    pub fn begin_head(&self) {
        let mut doing = lock(&self.0.doing);
        if let Phase::Idle(_) = doing.phase {
            doing.phase = Phase::Head(Instant::now());
        }
    }

    pub fn begin_answer(&self) {
        let mut doing = lock(&self.0.doing);
        doing.phase = Phase::Answering;
        doing.reading = None;
    }

    /// The request's body is waited for.
    pub fn await_body(&self) {
        lock(&self.0.doing).reading.get_or_insert_with(Instant::now);
    }

    /// Nothing more of the request's body is waited for.
    pub fn end_body(&self) {
        lock(&self.0.doing).reading = None;
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

    /// Ends once the connection is to be closed. One that was chosen because it waited, but has a request to answer by now, stays.
    pub async fn closed(&self) {
        loop {
            self.0.told.notified().await;
            let mut doing = lock(&self.0.doing);
            match doing.close {
                Close::AtOnce => return,
                Close::IfWaiting if doing.waits().is_some() => return,
                Close::No | Close::IfWaiting => doing.close = Close::No,
            }
        }
    }

    pub fn close(&self, how: Close) {
        lock(&self.0.doing).close = how;
        self.0.told.notify_one();
    }

    pub fn is_closing(&self) -> bool {
        lock(&self.0.doing).close != Close::No
    }

    /// Why the connection is to be closed now, if it is and has not been told so before.
    pub fn overdue(&self, limits: &Limits) -> Option<ClosedFor> {
        let doing = lock(&self.0.doing);
        if doing.close != Close::No {
            return None;
        }
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

    /// Since when the connection waits for its client, if it may be closed for another one.
    pub fn closable(&self) -> Option<(Waits, Instant)> {
        let (waits, since) = lock(&self.0.doing).waits()?;
        let may = match waits {
            Waits::ToReceive => self.0.opened.elapsed() >= GRACE,
            Waits::ToSend => since.elapsed() >= STALLED,
        };
        may.then_some((waits, since))
    }
}

/// Nothing that is done under these locks can panic half-way.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn hears_of_it(state: &State) -> bool {
        state.close(Close::IfWaiting);
        state.closed().now_or_never().is_some()
    }

    #[tokio::test]
    async fn a_connection_chosen_while_it_waited_stays_open_when_it_has_a_request_to_answer_by_then() {
        let state = State::new();
        state.begin_answer();
        assert!(!hears_of_it(&state));
        state.await_body();
        assert!(hears_of_it(&state), "it waits for the body");
        state.end_body();
        assert!(!hears_of_it(&state));
        state.end_answer();
        state.flushed();
        assert!(hears_of_it(&state), "it is idle");
        state.begin_answer();
        state.close(Close::AtOnce);
        assert!(state.closed().now_or_never().is_some(), "the time to stop is over");
    }
}
