//! How often something may be done in a minute, for each key. The counts are in memory and a restart forgets them: they
//! decide who has to wait, not who has access.

use std::{
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    clock::{Clock, Epoch},
    recent::Recent,
};

const WINDOW: Duration = Duration::from_secs(60);
/// Keys that are remembered. Beyond that, the one whose minute began first is forgotten.
const KEYS: usize = 50_000;

/// A limit for each key.
#[derive(Clone)]
pub struct Limit<K> {
    clock: Clock,
    most: u32,
    counts: Arc<Mutex<Counts<K>>>,
}

type Counts<K> = Recent<K, Window>;

struct Window {
    began: Duration,
    count: u32,
}

impl Window {
    fn is_over(&self, now: Duration) -> bool {
        now >= self.began + WINDOW
    }
}

impl<K: Clone + Eq + Hash> Limit<K> {
    pub fn new(clock: Clock, most: u32) -> Self {
        Self::remembering(KEYS, clock, most)
    }

    fn remembering(keys: usize, clock: Clock, most: u32) -> Self {
        Self { clock, most, counts: Arc::new(Mutex::new(Recent::new(keys))) }
    }

    /// Counts one attempt. Call it before the attempt, so that parallel attempts can't exceed the limit.
    ///
    /// # Errors
    /// The seconds to wait, when the key has used up its limit.
    pub fn take(&self, key: K) -> Result<(), Epoch> {
        let (now, mut counts) = (self.clock.uptime(), self.counts());
        match counts.get_mut(&key).filter(|window| !window.is_over(now)) {
            Some(window) if window.count >= self.most => {
                let left = (window.began + WINDOW).saturating_sub(now);
                return Err(Epoch::try_from(left.as_secs()).unwrap_or_default() + 1);
            }
            Some(window) => window.count += 1,
            None => {
                counts.put(key, Window { began: now, count: 1 });
            }
        }
        Ok(())
    }

    /// Uncounts an attempt.
    pub fn release(&self, key: &K) {
        if let Some(window) = self.counts().get_mut(key) {
            window.count = window.count.saturating_sub(1);
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts<K>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_limit_for_each_minute_and_released_attempts_do_not_count() {
        let clock = Clock::default();
        let limit = Limit::new(clock.clone(), 3);
        for _ in 0..3 {
            assert_eq!(limit.take("one"), Ok(()));
        }
        assert!(limit.take("one").is_err_and(|s| (1..=60).contains(&s)));
        assert_eq!(limit.take("other"), Ok(()));
        limit.release(&"one");
        assert_eq!(limit.take("one"), Ok(()));
        clock.advance(60);
        assert_eq!(limit.take("one"), Ok(()));
    }

    #[test]
    fn many_new_keys_make_only_the_oldest_forgotten() {
        let limit = Limit::remembering(100, Clock::default(), 1);
        for key in 0..50 {
            assert_eq!(limit.take(key), Ok(()));
        }
        assert_eq!(limit.take(-1), Ok(()));
        for key in 1_000..1_099 {
            assert_eq!(limit.take(key), Ok(()));
        }
        assert!(limit.take(-1).is_err(), "99 keys later it still counts");
        assert_eq!(limit.take(2_000), Ok(()));
        assert_eq!(limit.take(-1), Ok(()), "it was the oldest");
    }

    #[test]
    fn t37_nobody_waits_longer_when_the_time_is_set_back() {
        let clock = Clock::default();
        let limit = Limit::new(clock.clone(), 1);
        assert_eq!(limit.take("one"), Ok(()));
        clock.set(-3_600);
        assert!(limit.take("one").is_err_and(|s| s <= 60));
        clock.advance(60);
        assert_eq!(limit.take("one"), Ok(()));
    }
}
