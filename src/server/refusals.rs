//! How many refused launches one source may cause a minute. Whether a code is good is known only once Entrata was
//! asked, so a launch reserves a place before that, and gives it back unless Entrata refused the code.

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

/// How long a launch waits for its places: as long as the calls to Entrata may take that hold them.
pub const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// Launches that wait of a source whose launches were refused too often.
const WAITING_OF_LATE_SOURCE: usize = 100;
/// Sources that are remembered. Beyond that, the one whose minute began first is forgotten, unless launches of it run
/// or wait.
const SOURCES: usize = 50_000;
/// A launch that waits looks again this often at the latest, though nobody woke it.
const LOOK: Duration = Duration::from_millis(250);

/// The limit for each source. The reservations bound what reaches Entrata at once.
///
/// A good code must not be turned away because of others' bad ones, and office workers share one address. Hence three
/// rules:
///
/// 1. A browser with a live session is its own source. Nobody else's launches count against it until ten times the
///    limit was refused to the sessions of its address; its own count against nobody without a session. All other
///    launches from one address are one source. See `launch/limits.rs`.
/// 2. While fewer launches than the limit were refused, a launch that finds all places reserved waits for one.
/// 3. Once the limit was refused, one launch at a time is still let through, the newest first, with pauses of 1, 2 and
///    then 4 seconds until Entrata accepts one. So a good code that comes behind a flood gets in within seconds, and a
///    source exceeds the limit by less than twenty a minute.
///
/// Each launch that waits holds a connection, so only a quarter of all connections may wait in total, and the newest 100
/// of a source beyond its limit. At either limit a launch takes the place of the one that waits longest of its own
/// source. The others are told to come again, their codes unspent, and so is whoever waited for 8 seconds.
///
/// What it can't do is tell a good code without a session from a thousand bad ones that keep coming from the same
/// address at the same moment: only Entrata can tell them apart, and asking Entrata is what is limited.
pub struct Refusals<K> {
    clock: Clock,
    /// The limit of a source, in a minute.
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
    /// Launches that wait, of all sources.
    waiting: usize,
}

/// What came of a launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Entrata refused the code: it counts.
    Refused,
    /// Entrata accepted the code: the pauses begin anew.
    Accepted,
    /// Neither. It changes nothing, so that nobody can shorten the pauses without a good code.
    Neither,
}

/// A place that is reserved. It is given back when dropped.
pub struct Reservation<K: Clone + Eq + Hash> {
    refusals: Refusals<K>,
    key: K,
    ending: Ending,
}

/// A launch that waits. It leaves the queue when dropped.
struct Waiting<'a, K: Clone + Eq + Hash> {
    refusals: &'a Refusals<K>,
    key: &'a K,
    number: u64,
    woken: Arc<Notify>,
}

enum Turn {
    Now,
    /// Look again when woken, or after this time.
    Later(Duration),
    /// A newer one took its place in the queue.
    Never,
}

impl<K: Clone + Eq + Hash> Refusals<K> {
    /// `most`: how many a minute for each source.
    /// `waiting`: how many launches may wait in total.
    pub fn new(clock: Clock, most: fn(&K) -> u32, waiting: usize) -> Self {
        let sources = Sources { recent: Recent::new(SOURCES), waiting: 0 };
        Self { clock, most, most_waiting: waiting, sources: Arc::new(Mutex::new(sources)) }
    }

    /// Reserves a place for a launch, once there is one.
    ///
    /// # Errors
    /// Seconds after which the source may launch again, where it gets none before the deadline.
    pub async fn reserve(&self, key: K, deadline: Instant) -> Result<Reservation<K>, Epoch> {
        if let Some(waiting) = self.enter(&key)? {
            loop {
                let rest = match waiting.look() {
                    Turn::Now => break,
                    Turn::Never => return Err(self.seconds_left(&key)),
                    Turn::Later(rest) => rest.min(LOOK),
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
        Ok(Reservation { refusals: self.clone(), key, ending: Ending::Neither })
    }

    /// Reserves a place, or puts a launch at the end of the queue where there is none.
    fn enter<'a>(&'a self, key: &'a K) -> Result<Option<Waiting<'a, K>>, Epoch> {
        let (mut sources, now) = (self.sources(), self.clock.uptime());
        let full = sources.waiting >= self.most_waiting;
        let bucket = self.bucket(&mut sources, key, now);
        if bucket.try_reserve(true, now) {
            return Ok(None);
        }
        let mut added = 1;
        if full || bucket.is_late() && bucket.waiting.len() >= WAITING_OF_LATE_SOURCE {
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

    /// What is counted of a source, in the minute that it is now.
    fn bucket<'a>(&self, sources: &'a mut Sources<K>, key: &K, now: Duration) -> &'a mut Bucket {
        let recent = &mut sources.recent;
        let newer = match recent.get_mut(key).map(|bucket| bucket.turn(now)) {
            Some(false) => None,
            // The minute that begins makes it the newest.
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
    pub fn end(mut self, ending: Ending) {
        self.ending = ending;
    }
}

impl<K: Clone + Eq + Hash> Drop for Reservation<K> {
    fn drop(&mut self) {
        let (mut sources, now) = (self.refusals.sources(), self.refusals.clock.uptime());
        let bucket = self.refusals.bucket(&mut sources, &self.key, now);
        bucket.reserved = bucket.reserved.saturating_sub(1);
        match self.ending {
            Ending::Refused => bucket.refuse(now),
            Ending::Accepted => bucket.pause = PAUSE,
            Ending::Neither => {}
        }
        bucket.wake();
    }
}

impl<K: Clone + Eq + Hash> Waiting<'_, K> {
    fn look(&self) -> Turn {
        let (mut sources, now) = (self.refusals.sources(), self.refusals.clock.uptime());
        let bucket = self.refusals.bucket(&mut sources, self.key, now);
        if !bucket.waiting.contains_key(&self.number) {
            return Turn::Never;
        }
        let newest = bucket.waiting.keys().next_back() == Some(&self.number);
        if bucket.try_reserve(newest, now) {
            return Turn::Now;
        }
        let pause = if bucket.is_late() { bucket.late_at.saturating_sub(now) } else { LOOK };
        Turn::Later(if pause.is_zero() { LOOK } else { pause })
    }
}

impl<K: Clone + Eq + Hash> Drop for Waiting<'_, K> {
    fn drop(&mut self) {
        let mut sources = self.refusals.sources();
        let Some(bucket) = sources.recent.get_mut(self.key) else { return };
        let left = bucket.waiting.remove(&self.number).is_some();
        // There may be more places than one, and only the first in the queue was woken.
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
    async fn t30_a_hundred_launches_of_a_source_beyond_its_limit_wait_and_no_more_in_total_than_may() {
        let refusals = refusals();
        refusals.reserve(0, soon()).await.unwrap().end(Ending::Refused);
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
        assert_eq!(waiting.iter().filter(|one| one.is_finished()).count(), 40, "newer ones took their places");
        assert!(refusals.reserve(2, far).await.is_err(), "nobody of its source waits whose place it could take");
        assert!(refusals.reserve(3, far).await.is_ok(), "who need not wait gets in");
        drop(pending);
        for one in waiting {
            one.abort();
            let _ = one.await;
        }
        assert_eq!(refusals.sources().waiting, 0);
    }

    #[tokio::test]
    async fn t30_only_an_accepted_launch_makes_the_pauses_begin_anew() {
        let refusals = refusals();
        refusals.reserve(7, soon()).await.unwrap().end(Ending::Refused);
        let pause = || refusals.sources().recent.get(&7).unwrap().pause;
        assert_eq!(pause(), 2 * PAUSE);
        assert!(refusals.reserve(7, soon()).await.is_err(), "the first pause");
        refusals.clock.advance(1);
        refusals.reserve(7, soon()).await.unwrap().end(Ending::Neither);
        assert_eq!(pause(), 2 * PAUSE);
        refusals.reserve(7, soon()).await.unwrap().end(Ending::Refused);
        assert_eq!(pause(), LONGEST_PAUSE);
        refusals.clock.advance(2);
        refusals.reserve(7, soon()).await.unwrap().end(Ending::Accepted);
        assert_eq!(pause(), PAUSE);
    }

    #[tokio::test]
    async fn t30_a_source_whose_launches_run_is_not_forgotten_for_others() {
        let refusals = refusals();
        refusals.sources().recent = Recent::new(2);
        let pending = refusals.reserve(1, soon()).await.unwrap();
        for key in 2..10 {
            refusals.reserve(key, soon()).await.unwrap().end(Ending::Refused);
        }
        assert_eq!(refusals.remembered(), 2);
        assert!(refusals.reserve(1, soon()).await.is_err(), "its place is still reserved");
        drop(pending);
    }
}
