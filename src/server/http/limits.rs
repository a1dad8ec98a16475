//! How often an address may do what costs us or somebody else something, a minute: launches that Entrata refused, passwords that were not
//! right, events. Counted in memory: it decides who has to wait, not who may enter; a restart forgets it, harmlessly.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::extract::Prefix;
use crate::server::clock::{Clock, Epoch};

/// Launches that Entrata refused.
pub const REFUSED_LAUNCHES: u32 = 300;
/// Passwords that were not right, and registrations.
pub const PASSWORDS: u32 = 60;
/// Activation events of one company's number: Entrata tells one for each property, from one address.
pub const EVENTS: u32 = 300;
/// Activation events in all: Entrata tells those of all companies from one address, and none is to wait for another's.
pub const ALL_EVENTS: u32 = 3000;
/// Seconds of a window.
const WINDOW: Epoch = 60;
/// Prefixes (or whatever is counted by) that are remembered; with more than that at once, all begin anew.
const PREFIXES: usize = 50_000;

/// A limit for each address prefix, or for each of what a prefix does with something.
#[derive(Clone)]
pub struct Limit<K = Prefix> {
    clock: Clock,
    most: u32,
    counts: Arc<Mutex<Counts<K>>>,
}

type Counts<K> = HashMap<K, Window>;

struct Window {
    began: Epoch,
    count: u32,
}

impl<K: Eq + Hash> Limit<K> {
    pub fn new(clock: Clock, most: u32) -> Self {
        Self { clock, most, counts: Arc::default() }
    }

    /// Seconds that a prefix has to wait, if it has to.
    pub fn wait(&self, prefix: K) -> Option<Epoch> {
        self.full(&self.counts(), &prefix, self.clock.now())
    }

    /// Counts one.
    pub fn count(&self, prefix: K) {
        count(&mut self.counts(), prefix, self.clock.now());
    }

    /// Counts one before it is known whether it counts, so that many at once are no way around.
    ///
    /// # Errors
    /// Seconds to wait, where there were too many.
    pub fn take(&self, prefix: K) -> Result<(), Epoch> {
        let (now, mut counts) = (self.clock.now(), self.counts());
        match self.full(&counts, &prefix, now) {
            Some(seconds) => Err(seconds),
            None => {
                count(&mut counts, prefix, now);
                Ok(())
            }
        }
    }

    /// One that was taken does not count.
    pub fn give_back(&self, prefix: K) {
        if let Some(window) = self.counts().get_mut(&prefix) {
            window.count = window.count.saturating_sub(1);
        }
    }

    fn full(&self, counts: &Counts<K>, prefix: &K, now: Epoch) -> Option<Epoch> {
        let window = counts.get(prefix).filter(|w| w.count >= self.most && now < w.began + WINDOW)?;
        Some(window.began + WINDOW - now)
    }

    fn counts(&self) -> MutexGuard<'_, Counts<K>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count<K: Eq + Hash>(counts: &mut Counts<K>, prefix: K, now: Epoch) {
    if counts.len() >= PREFIXES {
        counts.retain(|_, window| now < window.began + WINDOW);
        if counts.len() >= PREFIXES {
            counts.clear();
        }
    }
    let window = counts.entry(prefix).or_insert(Window { began: now, count: 0 });
    if now >= window.began + WINDOW {
        *window = Window { began: now, count: 0 };
    }
    window.count = window.count.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn prefix(address: &str) -> Prefix {
        Prefix::of(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn so_many_a_minute_and_an_ipv6_network_counts_as_one() {
        let clock = Clock::default();
        let limit = Limit::new(clock.clone(), REFUSED_LAUNCHES);
        let (one, other) = (prefix("2001:db8::1"), prefix("2001:db8::ffff:2"));
        for _ in 0..REFUSED_LAUNCHES {
            assert_eq!(limit.take(one), Ok(()));
        }
        assert!(limit.wait(other).is_some_and(|s| (1..=60).contains(&s)));
        assert!(limit.take(other).is_err());
        assert_eq!(limit.wait(prefix("2001:db8:0:1::1")), None);
        limit.give_back(one);
        assert_eq!(limit.take(other), Ok(()));
        clock.advance(WINDOW);
        assert_eq!(limit.wait(one), None);
    }
}
