//! How often something may be done in a minute, by whom or what it is counted. Counted in memory: it decides who has to wait, not who may
//! enter; a restart forgets it, harmlessly.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::clock::{Clock, Epoch};

/// Seconds of a window.
const WINDOW: Epoch = 60;
/// Keys that are remembered; with more than that at once, all begin anew.
const KEYS: usize = 50_000;

/// A limit for each of whatever is counted by.
#[derive(Clone)]
pub struct Limit<K> {
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

    /// Seconds that somebody has to wait, if it has to.
    pub fn wait(&self, key: K) -> Option<Epoch> {
        self.full(&self.counts(), &key, self.clock.now())
    }

    /// Counts one.
    pub fn count(&self, key: K) {
        count(&mut self.counts(), key, self.clock.now());
    }

    /// Counts one before it is known whether it counts, so that many at once are no way around.
    ///
    /// # Errors
    /// Seconds to wait, where there were too many.
    pub fn take(&self, key: K) -> Result<(), Epoch> {
        let (now, mut counts) = (self.clock.now(), self.counts());
        match self.full(&counts, &key, now) {
            Some(seconds) => Err(seconds),
            None => {
                count(&mut counts, key, now);
                Ok(())
            }
        }
    }

    /// One that was taken does not count.
    pub fn give_back(&self, key: K) {
        if let Some(window) = self.counts().get_mut(&key) {
            window.count = window.count.saturating_sub(1);
        }
    }

    fn full(&self, counts: &Counts<K>, key: &K, now: Epoch) -> Option<Epoch> {
        let window = counts.get(key).filter(|w| w.count >= self.most && now < w.began + WINDOW)?;
        Some(window.began + WINDOW - now)
    }

    fn counts(&self) -> MutexGuard<'_, Counts<K>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count<K: Eq + Hash>(counts: &mut Counts<K>, key: K, now: Epoch) {
    if counts.len() >= KEYS {
        counts.retain(|_, window| now < window.began + WINDOW);
        if counts.len() >= KEYS {
            counts.clear();
        }
    }
    let window = counts.entry(key).or_insert(Window { began: now, count: 0 });
    if now >= window.began + WINDOW {
        *window = Window { began: now, count: 0 };
    }
    window.count = window.count.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_a_minute_and_what_is_given_back_does_not_count() {
        let clock = Clock::default();
        let limit = Limit::new(clock.clone(), 3);
        for _ in 0..3 {
            assert_eq!(limit.take("one"), Ok(()));
        }
        assert!(limit.wait("one").is_some_and(|s| (1..=60).contains(&s)));
        assert!(limit.take("one").is_err());
        assert_eq!(limit.wait("other"), None);
        limit.give_back("one");
        assert_eq!(limit.take("one"), Ok(()));
        clock.advance(WINDOW);
        assert_eq!(limit.wait("one"), None);
    }
}
