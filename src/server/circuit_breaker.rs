//! A circuit breaker for each outside host. After several calls in a row without a response, calls fail at once for a few
//! seconds. They are not sent, so nobody waits and a launch's code stays unused. Then one call at a time tests the host.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{clock::Clock, recent::Recent};

/// Calls in a row without a response after which the circuit opens.
const MOST_FAILURES: u32 = 8;
/// How long it stays open before the next call tests the host.
const OPEN: Duration = Duration::from_secs(5);
/// Hosts that are remembered: Entrata's, and one for each company. Beyond that, the one that failed first is forgotten.
const HOSTS: usize = 10_000;

#[derive(Clone, Debug)]
pub struct Breaker {
    clock: Clock,
    hosts: Arc<Mutex<Recent<String, State>>>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// The uptime until which calls fail at once.
    open_until: Option<Duration>,
}

impl Breaker {
    pub fn new(clock: Clock) -> Self {
        Self { clock, hosts: Arc::new(Mutex::new(Recent::new(HOSTS))) }
    }

    /// Whether a call may be sent now.
    pub fn allows(&self, host: &str) -> bool {
        let (now, mut hosts) = (self.clock.uptime(), self.hosts());
        let Some(state) = hosts.get_mut(host) else { return true };
        match state.open_until {
            Some(until) if now < until => false,
            Some(_) => {
                // This call tests the host. The others fail until it has a result.
                state.open_until = Some(now + OPEN);
                true
            }
            None => true,
        }
    }

    /// Records whether a call got a response; any response counts.
    pub fn record(&self, host: &str, answered: bool) {
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
        if state.failures >= MOST_FAILURES {
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
    fn t27_a_host_that_does_not_respond_gets_one_call_at_a_time() {
        let clock = Clock::default();
        let breaker = Breaker::new(clock.clone());
        for _ in 0..MOST_FAILURES {
            assert!(breaker.allows("dead"));
            breaker.record("dead", false);
        }
        assert!(!breaker.allows("dead") && breaker.allows("well"));
        clock.advance(5);
        assert!(breaker.allows("dead"), "one call tests the host");
        assert!(!breaker.allows("dead"), "the others fail");
        breaker.record("dead", false);
        assert!(!breaker.allows("dead"));
        clock.advance(5);
        assert!(breaker.allows("dead"));
        breaker.record("dead", true);
        assert!(breaker.allows("dead") && breaker.allows("dead"));
    }

    #[test]
    fn t37_the_circuit_stays_open_no_longer_when_the_clock_is_set_back() {
        let clock = Clock::default();
        let breaker = Breaker::new(clock.clone());
        for _ in 0..MOST_FAILURES {
            breaker.record("dead", false);
        }
        clock.set(-3_600);
        assert!(!breaker.allows("dead"));
        clock.advance(5);
        assert!(breaker.allows("dead"));
    }

    #[test]
    fn t27_a_response_between_failures_keeps_the_circuit_closed() {
        let breaker = Breaker::new(Clock::default());
        for _ in 0..3 * MOST_FAILURES {
            breaker.record("slow now and then", false);
            breaker.record("slow now and then", true);
        }
        assert!(breaker.allows("slow now and then"));
    }
}
