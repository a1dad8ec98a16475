//! Limits how many launches of one source Entrata refuses in a minute. Whether a code is valid is known only after
//! asking Entrata, so a launch reserves a place first and releases it unless the code was refused.

mod bucket;

use std::{
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use self::bucket::{Bucket, PAUSE};
use super::{
    clock::{Clock, Epoch},
    recent::Recent,
};

/// How long a launch waits for its places: as long as the calls to Entrata that occupy them may take.
pub const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// Launches that may wait from one source that has reached its limit.
const WAITING_OVER_LIMIT: usize = 100;
/// Sources that are remembered. Beyond that, the one whose minute began first is forgotten, unless it has running or
/// waiting launches.
const SOURCES: usize = 50_000;
/// A waiting launch tries again at least this often, even if it was not woken.
const RETRY: Duration = Duration::from_millis(250);

/// A limit for each source. Reservations limit how many launches reach Entrata at once.
///
/// Bad codes must not block others' good codes, and office workers share one address. So there are three rules:
///
/// 1. A browser with a live session is its own source. Other launches count against it only after the sessions of its
///    address have caused ten times the limit; its own don't count against browsers without a session. All other
///    launches from one address are one source. See `launch/limits.rs`.
/// 2. Below the limit, a launch that finds all places reserved waits for one.
/// 3. At the limit, one launch at a time may still proceed, the newest first, with pauses of 1, 2 and then 4 seconds
///    until Entrata accepts one. A good code after a flood is accepted within seconds, and a source exceeds its limit
///    by less than twenty a minute.
///
/// Each waiting launch occupies a connection. So only a quarter of all connections may wait, and the newest 100
/// launches of a source at its limit. When that is reached, a new launch replaces the one of its source that has waited
/// longest. The replaced launch, and any launch that has waited for 8 seconds, gets 429 with its code unspent.
///
/// It can't distinguish a good code without a session from a thousand bad ones that arrive from the same address at the
/// same time: only Entrata can, and asking Entrata is what is limited.
pub struct Refusals<K> {
    clock: Clock,
    /// Returns the limit of a source in a minute.
    most: fn(&K) -> u32,
    most_waiting: usize,
    sources: Arc<Mutex<Sources<K>>>,
}

impl<K> Clone for Refusals<K> {
    fn clone(&self) -> Self {
        let Self { clock, most, most_waiting, sources } = self;
        Self { clock: clock.clone(), most: *most, most_waiting: *most_waiting, sources: Arc::clone(sources) }
    }
}

struct Sources<K> {
    recent: Recent<K, Bucket>,
    /// Waiting launches of all sources.
    waiting: usize,
}

/// What Entrata said about a launch's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Entrata refused the code. It counts against the limit.
    Refused,
    /// Entrata accepted the code. The pauses start again at the shortest.
    Accepted,
    /// No verdict; counters are unchanged, so only a good code can shorten the pauses.
    Unknown,
}

/// A reserved place. Dropping it releases the place.
pub struct Reservation<K: Clone + Eq + Hash> {
    refusals: Refusals<K>,
    key: K,
    verdict: Verdict,
}

/// A waiting launch. Dropping it removes it from the queue.
struct Waiting<'a, K: Clone + Eq + Hash> {
    refusals: &'a Refusals<K>,
    key: &'a K,
    number: u64,
    woken: Arc<Notify>,
}

enum Turn {
    Now,
    /// Try again when woken, or after this time.
    Later(Duration),
    /// A newer launch has replaced it in the queue.
    Never,
}

impl<K: Clone + Eq + Hash> Refusals<K> {
    /// `most` returns the limit of a source in a minute; `waiting` is how many launches may wait in total.
    pub fn new(clock: Clock, most: fn(&K) -> u32, waiting: usize) -> Self {
        let sources = Sources { recent: Recent::new(SOURCES), waiting: 0 };
        Self { clock, most, most_waiting: waiting, sources: Arc::new(Mutex::new(sources)) }
    }

    /// Waits for a place and reserves it.
    ///
    /// # Errors
    /// The seconds after which the source may launch again, when it gets no place before the deadline.
    pub async fn reserve(&self, key: K, deadline: Instant) -> Result<Reservation<K>, Epoch> {
        if let Some(waiting) = self.enter(&key)? {
            loop {
                let rest = match waiting.try_again() {
                    Turn::Now => break,
                    Turn::Never => return Err(self.seconds_left(&key)),
                    Turn::Later(rest) => rest.min(RETRY),
                };
                if Instant::now() >= deadline {
                    return Err(self.seconds_left(&key));
                }
                tokio::select! {
                    () = waiting.woken.notified() => {}
                    () = sleep_until(deadline.min(Instant::now() + rest)) => {}
                }
            }
        }
        Ok(Reservation { refusals: self.clone(), key, verdict: Verdict::Unknown })
    }

    /// Reserves a place, or adds the launch to the end of the queue if there is none.
    fn enter<'a>(&'a self, key: &'a K) -> Result<Option<Waiting<'a, K>>, Epoch> {
        let (mut sources, now) = (self.sources(), self.clock.uptime());
        let full = sources.waiting >= self.most_waiting;
        let bucket = self.bucket(&mut sources, key, now);
        if bucket.try_reserve(true, now) {
            return Ok(None);
        }
        let mut added = 1;
        if full || bucket.is_at_limit() && bucket.waiting.len() >= WAITING_OVER_LIMIT {
            let Some((_, oldest)) = bucket.waiting.pop_first() else { return Err(bucket.seconds_left(now)) };
            oldest.notify_one();
            added = 0;
        }
        bucket.next += 1;
        let (number, woken) = (bucket.next, Arc::<Notify>::default());
        bucket.waiting.insert(number, Arc::clone(&woken));
        sources.waiting += added;
        Ok(Some(Waiting { refusals: self, key, number, woken }))
    }

    fn seconds_left(&self, key: &K) -> Epoch {
        let (mut sources, now) = (self.sources(), self.clock.uptime());
        self.bucket(&mut sources, key, now).seconds_left(now)
    }

    /// Returns the bucket of a source for the current minute.
    fn bucket<'a>(&self, sources: &'a mut Sources<K>, key: &K, now: Duration) -> &'a mut Bucket {
        let recent = &mut sources.recent;
        let newer = match recent.get_mut(key).map(|bucket| bucket.start_minute(now)) {
            Some(false) => None,
            // A new minute makes it the newest entry.
            Some(true) => recent.remove(key),
            None => Some(Bucket::new((self.most)(key), now)),
        };
        match newer {
            Some(bucket) => recent.put_keeping(key.clone(), bucket, Bucket::in_use),
            None => recent.get_mut(key).expect("it was found above"),
        }
    }

    fn sources(&self) -> MutexGuard<'_, Sources<K>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub fn remembered(&self) -> usize {
        self.sources().recent.len()
    }
}

impl<K: Clone + Eq + Hash> Reservation<K> {
    /// Releases the place and records the verdict.
    pub fn finish(mut self, verdict: Verdict) {
        self.verdict = verdict;
    }
}

impl<K: Clone + Eq + Hash> Drop for Reservation<K> {
    fn drop(&mut self) {
        let (mut sources, now) = (self.refusals.sources(), self.refusals.clock.uptime());
        let bucket = self.refusals.bucket(&mut sources, &self.key, now);
        bucket.reserved = bucket.reserved.saturating_sub(1);
        match self.verdict {
            Verdict::Refused => bucket.refuse(now),
            Verdict::Accepted => bucket.pause = PAUSE,
            Verdict::Unknown => {}
        }
        bucket.wake();
    }
}

impl<K: Clone + Eq + Hash> Waiting<'_, K> {
    fn try_again(&self) -> Turn {
        let (mut sources, now) = (self.refusals.sources(), self.refusals.clock.uptime());
        let bucket = self.refusals.bucket(&mut sources, self.key, now);
        if !bucket.waiting.contains_key(&self.number) {
            return Turn::Never;
        }
        let newest = bucket.waiting.keys().next_back() == Some(&self.number);
        if bucket.try_reserve(newest, now) {
            return Turn::Now;
        }
        let pause = if bucket.is_at_limit() { bucket.next_at.saturating_sub(now) } else { RETRY };
        Turn::Later(if pause.is_zero() { RETRY } else { pause })
    }
}

impl<K: Clone + Eq + Hash> Drop for Waiting<'_, K> {
    fn drop(&mut self) {
        let mut sources = self.refusals.sources();
        let Some(bucket) = sources.recent.get_mut(self.key) else { return };
        let left = bucket.waiting.remove(&self.number).is_some();
        // There may be several places, and only the first in the queue was woken.
        bucket.wake();
        sources.waiting -= usize::from(left);
    }
}

#[cfg(test)]
mod tests {
    use super::{bucket::LONGEST_PAUSE, *};

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    /// One refused launch a minute.
    fn refusals() -> Refusals<u32> {
        Refusals::new(Clock::default(), |_| 1, 120)
    }

    #[tokio::test]
    async fn t30_a_hundred_launches_of_a_source_at_its_limit_wait_and_no_more_in_total_than_allowed() {
        let refusals = refusals();
        refusals.reserve(0, soon()).await.unwrap().finish(Verdict::Refused);
        let pending = [refusals.reserve(1, soon()).await.unwrap(), refusals.reserve(2, soon()).await.unwrap()];
        let far = Instant::now() + Duration::from_secs(60);
        let wait = |key: u32| {
            let refusals = refusals.clone();
            tokio::spawn(async move { refusals.reserve(key, far).await.is_ok() })
        };
        let mut waiting: Vec<_> = (0..130).map(|_| wait(0)).collect();
        waiting.extend((0..30).map(|_| wait(1)));
        tokio::time::sleep(Duration::from_millis(50)).await;
        let count = |key| refusals.sources().recent.get(&key).unwrap().waiting.len();
        assert_eq!((count(0), count(1), refusals.sources().waiting), (100, 20, 120));
        assert_eq!(waiting.iter().filter(|one| one.is_finished()).count(), 40, "newer ones replaced them");
        assert!(refusals.reserve(2, far).await.is_err(), "no launch of its source waits that it could replace");
        assert!(refusals.reserve(3, far).await.is_ok(), "a source with free places need not wait");
        drop(pending);
        for one in waiting {
            one.abort();
            let _ = one.await;
        }
        assert_eq!(refusals.sources().waiting, 0);
    }

    #[tokio::test]
    async fn t30_only_an_accepted_launch_resets_the_pauses() {
        let refusals = refusals();
        refusals.reserve(7, soon()).await.unwrap().finish(Verdict::Refused);
        let pause = || refusals.sources().recent.get(&7).unwrap().pause;
        assert_eq!(pause(), 2 * PAUSE);
        assert!(refusals.reserve(7, soon()).await.is_err(), "the first pause");
        refusals.clock.advance(1);
        refusals.reserve(7, soon()).await.unwrap().finish(Verdict::Unknown);
        assert_eq!(pause(), 2 * PAUSE);
        refusals.reserve(7, soon()).await.unwrap().finish(Verdict::Refused);
        assert_eq!(pause(), LONGEST_PAUSE);
        refusals.clock.advance(2);
        refusals.reserve(7, soon()).await.unwrap().finish(Verdict::Accepted);
        assert_eq!(pause(), PAUSE);
    }

    #[tokio::test]
    async fn t30_a_source_with_running_launches_is_not_forgotten() {
        let refusals = refusals();
        refusals.sources().recent = Recent::new(2);
        let pending = refusals.reserve(1, soon()).await.unwrap();
        for key in 2..10 {
            refusals.reserve(key, soon()).await.unwrap().finish(Verdict::Refused);
        }
        assert_eq!(refusals.remembered(), 2);
        assert!(refusals.reserve(1, soon()).await.is_err(), "its place is still reserved");
        drop(pending);
    }
}
