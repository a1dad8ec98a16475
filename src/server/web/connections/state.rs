//! What a connection is doing, and whether it should be closed. Written by the connection's task, read by the table.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::{sync::Notify, time::Instant};

use crate::server::{
    metrics::ClosedFor,
    web::{
        connections::Limits,
        limits::{EVICTION_GRACE, EVICTION_STALLED},
    },
};

/// What a connection is doing, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A request head is arriving, or the server waits for the first one.
    Head(Instant),
    /// A request is being answered.
    Responding,
    /// The response is complete, but not all of it is written to the socket.
    Flushing,
    /// The response is written, and the server waits for the next request.
    Idle(Instant),
    /// Our side is closed, the client's is not yet.
    Lingering(Instant),
}

/// Whether the connection should be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseRequest {
    None,
    /// Close it if the server still waits for the client when the connection's task handles this.
    IfWaiting,
    Now,
}

/// What the server waits for the client to do. Closing a connection does less harm where the client has to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingFor {
    /// A request head, the rest of a request body, or the end of the connection.
    Sending,
    /// The client is not reading its response.
    Receiving,
}

#[derive(Debug)]
struct Activity {
    phase: Phase,
    /// Since when the server waits for the rest of the request's body. Bytes that trickle in do not restart this.
    reading_since: Option<Instant>,
    /// Since when the client has not accepted a byte of what the server writes.
    stalled_since: Option<Instant>,
    close: CloseRequest,
}

impl Activity {
    /// Returns what the server waits for, and since when; `None` while the server itself is at work.
    fn waiting(&self) -> Option<(WaitingFor, Instant)> {
        match self.phase {
            Phase::Head(since) | Phase::Idle(since) | Phase::Lingering(since) => Some((WaitingFor::Sending, since)),
            Phase::Responding | Phase::Flushing => {
                let reading = self.reading_since.map(|since| (WaitingFor::Sending, since));
                reading.or_else(|| self.stalled_since.map(|since| (WaitingFor::Receiving, since)))
            }
        }
    }
}

/// The state of one connection; clones share it.
#[derive(Clone)]
pub struct State(Arc<Shared>);

struct Shared {
    opened_at: Instant,
    activity: Mutex<Activity>,
    /// Wakes the connection's task to look at [`Activity::close`].
    close_requested: Notify,
}

impl State {
    pub fn new() -> Self {
        let opened_at = Instant::now();
        let phase = Phase::Head(opened_at);
        let activity = Activity { phase, reading_since: None, stalled_since: None, close: CloseRequest::None };
        Self(Arc::new(Shared { opened_at, activity: Mutex::new(activity), close_requested: Notify::new() }))
    }

    /// Bytes arrived. On an idle connection, they begin a request head.
    pub fn begin_head(&self) {
        let mut activity = self.activity();
        if let Phase::Idle(_) = activity.phase {
            activity.phase = Phase::Head(Instant::now());
        }
    }

    pub fn begin_response(&self) {
        let mut activity = self.activity();
        activity.phase = Phase::Responding;
        activity.reading_since = None;
    }

    /// The server waits for the request's body.
    pub fn await_body(&self) {
        self.activity().reading_since.get_or_insert_with(Instant::now);
    }

    /// The server needs nothing more of the request's body.
    pub fn end_body(&self) {
        self.activity().reading_since = None;
    }

    pub fn end_response(&self) {
        self.activity().phase = Phase::Flushing;
    }

    /// Everything is written to the socket.
    pub fn flushed(&self) {
        let mut activity = self.activity();
        if activity.phase == Phase::Flushing {
            activity.phase = Phase::Idle(Instant::now());
        }
    }

    /// Records whether the client accepted any bytes of a write.
    pub fn record_write(&self, accepted: bool) {
        let mut activity = self.activity();
        activity.stalled_since = if accepted { None } else { activity.stalled_since.or_else(|| Some(Instant::now())) };
    }

    pub fn linger(&self) {
        self.activity().phase = Phase::Lingering(Instant::now());
    }

    /// Whether the connection has no request to answer, so that closing it loses no response.
    pub fn has_no_request(&self) -> bool {
        matches!(self.activity().phase, Phase::Head(_) | Phase::Idle(_))
    }

    /// Completes when the connection has to close. A connection that was to close because it waited, but has a request
    /// to answer by now, stays open.
    pub async fn closed(&self) {
        loop {
            self.0.close_requested.notified().await;
            let mut activity = self.activity();
            match activity.close {
                CloseRequest::Now => return,
                CloseRequest::IfWaiting if activity.waiting().is_some() => return,
                CloseRequest::None | CloseRequest::IfWaiting => activity.close = CloseRequest::None,
            }
        }
    }

    pub fn close(&self, request: CloseRequest) {
        self.activity().close = request;
        self.0.close_requested.notify_one();
    }

    pub fn is_closing(&self) -> bool {
        self.activity().close != CloseRequest::None
    }

    /// Returns which time-out the connection has exceeded, unless it is closing already.
    pub fn timed_out(&self, limits: &Limits) -> Option<ClosedFor> {
        let activity = self.activity();
        if activity.close != CloseRequest::None {
            return None;
        }
        if activity.stalled_since.is_some_and(|since| since.elapsed() >= limits.stalled) {
            return Some(ClosedFor::Stalled);
        }
        let (since, limit, reason) = match activity.phase {
            Phase::Head(since) => (since, limits.head, ClosedFor::Head),
            Phase::Idle(since) => (since, limits.idle, ClosedFor::Idle),
            Phase::Lingering(since) => (since, limits.linger, ClosedFor::Lingering),
            Phase::Responding | Phase::Flushing => return None,
        };
        (since.elapsed() >= limit).then_some(reason)
    }

    /// Returns what the server waits for and since when, if the connection may be closed to free its slot.
    pub fn evictable(&self) -> Option<(WaitingFor, Instant)> {
        let (waiting_for, since) = self.activity().waiting()?;
        let may_close = match waiting_for {
            WaitingFor::Sending => self.0.opened_at.elapsed() >= EVICTION_GRACE,
            WaitingFor::Receiving => since.elapsed() >= EVICTION_STALLED,
        };
        may_close.then_some((waiting_for, since))
    }

    fn activity(&self) -> MutexGuard<'_, Activity> {
        lock(&self.0.activity)
    }
}

/// Ignores poisoning: no code under these locks can panic half-way.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn closes(state: &State) -> bool {
        state.close(CloseRequest::IfWaiting);
        state.closed().now_or_never().is_some()
    }

    #[tokio::test]
    async fn a_connection_chosen_while_it_waited_stays_open_when_it_has_a_request_to_answer_by_then() {
        let state = State::new();
        state.begin_response();
        assert!(!closes(&state));
        state.await_body();
        assert!(closes(&state), "it waits for the body");
        state.end_body();
        assert!(!closes(&state));
        state.end_response();
        state.flushed();
        assert!(closes(&state), "it is idle");
        state.begin_response();
        state.close(CloseRequest::Now);
        assert!(state.closed().now_or_never().is_some(), "the time to finish is over");
    }
}
