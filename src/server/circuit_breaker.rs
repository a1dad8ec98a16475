//! A breaker before each outside host: after several calls in a row that got no answer in time, calls fail at once for a moment, unsent,
//! so that nobody waits for what is dead and a launch's code stays good. One call at a time finds out whether it is over.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{clock::Clock, recent::Recent};

/// Calls in a row without an answer after which it opens.
const PATIENCE: u32 = 8;
/// How long it stays open before a call is let through to find out.
const OPEN: Duration = Duration::from_secs(5);
/// Hosts that are remembered: Entrata's, and one for each company. Beyond that, the one whose trouble began first is
/// forgotten.
const HOSTS: usize = 10_000;

#[derive(Clone, Debug)]
pub struct Breaker {
    clock: Clock,
    hosts: Arc<Mutex<Recent<String, State>>>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until which uptime calls fail at once.
    open_until: Option<Duration>,
}

impl Breaker {
    pub fn new(clock: Clock) -> Self {
        Self { clock, hosts: Arc::new(Mutex::new(Recent::new(HOSTS))) }
    }

    /// Whether a call may be made now.
    pub fn lets_through(&self, host: &str) -> bool {
        let (now, mut hosts) = (self.clock.uptime(), self.hosts());
        let Some(state) = hosts.get_mut(host) else { return true };
        match state.open_until {
            Some(until) if now < until => false,
            Some(_) => {
                // This call finds out; the others wait for what it finds.
                state.open_until = Some(now + OPEN);
                true
            }
            None => true,
        }
    }

    /// A call got an answer, whatever it said, or none.
    pub fn ended(&self, host: &str, answered: bool) {
        let (now, mut hosts) = (self.clock.uptime(), self.hosts());
        if answered {
            if hosts.remove(host).is_some_and(|state| state.open_until.is_some()) {
                tracing::info!(host, "responding again");
            }
            return;
        }
        if hosts.get(host).is_none() {
            hosts.put(host.to_owned(), State::default());
        }
        let Some(state) = hosts.get_mut(host) else { return };
        state.failures = state.failures.saturating_add(1);
        if state.failures >= PATIENCE {
            if state.open_until.is_none() {
                tracing::warn!(host, "not responding: calls fail at once, except for one every few seconds");
            }
            state.open_until = Some(now + OPEN);
        }
    }

    fn hosts(&self) -> MutexGuard<'_, Recent<String, State>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t27_a_host_that_does_not_answer_is_left_alone_but_for_one_call_at_a_time() {
        let clock = Clock::default();
        let breaker = Breaker::new(clock.clone());
        for _ in 0..PATIENCE {
            assert!(breaker.lets_through("dead"));
            breaker.ended("dead", false);
        }
        assert!(!breaker.lets_through("dead") && breaker.lets_through("well"));
        clock.advance(5);
        assert!(breaker.lets_through("dead"), "one finds out");
        assert!(!breaker.lets_through("dead"), "the others wait");
        breaker.ended("dead", false);
        assert!(!breaker.lets_through("dead"));
        clock.advance(5);
        assert!(breaker.lets_through("dead"));
        breaker.ended("dead", true);
        assert!(breaker.lets_through("dead") && breaker.lets_through("dead"));
    }

    #[test]
    fn t37_a_host_is_left_alone_no_longer_when_the_time_is_set_back() {
        let clock = Clock::default();
        let breaker = Breaker::new(clock.clone());
        for _ in 0..PATIENCE {
            breaker.ended("dead", false);
        }
        clock.set(-3_600);
        assert!(!breaker.lets_through("dead"));
        clock.advance(5);
        assert!(breaker.lets_through("dead"));
    }

    #[test]
    fn t27_an_answer_between_failures_keeps_it_shut() {
        let breaker = Breaker::new(Clock::default());
        for _ in 0..3 * PATIENCE {
            breaker.ended("slow now and then", false);
            breaker.ended("slow now and then", true);
        }
        assert!(breaker.lets_through("slow now and then"));
    }
}
