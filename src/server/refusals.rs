//! How many refused launches one source may cause a minute. Whether a code is good is known only once Entrata was
//! asked, so a launch reserves a place before that, and gives it back unless Entrata refused the code.

use std::{
    collections::BTreeSet,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use super::{
    clock::{Clock, Epoch},
    recent::Recent,
};

/// How long a launch waits for a place: as long as the calls to Entrata may take that hold the places.
pub const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// Launches of one source that wait while places are only reserved, and once the limit was refused.
const WAITING: usize = 1_000;
const WAITING_LATE: usize = 100;
/// The first pause before a launch is let through beyond the limit, and the longest.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
const WINDOW: Duration = Duration::from_secs(60);
/// Sources that are remembered. Beyond that, the one whose minute began first is forgotten.
const SOURCES: usize = 50_000;
/// A launch that waits looks again this often at the latest, though nobody woke it.
const LOOK: Duration = Duration::from_millis(250);

/// The limit for each source. The reservations bound what reaches Entrata at once.
///
/// A good code must not be turned away because of others' bad ones, and office workers share one address. Hence three
/// rules:
///
/// 1. A browser with a live session is its own source. Nobody else's launches count against it, and its own count
///    against nobody else. All other launches from one address are one source.
/// 2. While fewer launches than the limit were refused, a launch that finds all places reserved waits for one. Up to
///    1,000 of a source wait.
/// 3. Once the limit was refused, one launch at a time is still let through, the newest first, with pauses of 1, 2 and
///    then 4 seconds until one of them is not refused. So a good code that comes behind a flood gets in within seconds,
///    and a source exceeds the limit by less than twenty a minute. The newest 100 wait. The others are told to come
///    again, their codes unspent, and so is whoever waited for 8 seconds.
///
/// What it can't do is tell a good code without a session from a thousand bad ones that keep coming from the same
/// address at the same moment: only Entrata can tell them apart, and asking Entrata is what is limited.
pub struct Refusals<K> {
    clock: Clock,
    most: usize,
    sources: Arc<Mutex<Recent<K, Bucket>>>,
}

impl<K> Clone for Refusals<K> {
    fn clone(&self) -> Self {
        Self { clock: self.clock.clone(), most: self.most, sources: Arc::clone(&self.sources) }
    }
}

struct Bucket {
    /// When its minute began.
    began: Duration,
    refused: usize,
    reserved: usize,
    /// Launches that wait, by number: the newest has the highest.
    waiting: BTreeSet<u64>,
    next: u64,
    /// When the next one may go beyond the limit, and the pause that follows.
    late_at: Duration,
    pause: Duration,
    freed: Arc<Notify>,
}

impl Bucket {
    fn new(now: Duration) -> Self {
        Self {
            began: now,
            refused: 0,
            reserved: 0,
            waiting: BTreeSet::new(),
            next: 0,
            late_at: now,
            pause: PAUSE,
            freed: Arc::default(),
        }
    }

    /// Those that were refused in a minute that is over do not count. What is reserved or waits goes on.
    fn turn(&mut self, now: Duration) -> bool {
        let over = now >= self.began + WINDOW;
        if over {
            (self.began, self.refused, self.pause) = (now, 0, PAUSE);
        }
        over
    }

    /// Beyond the limit only the newest may wait.
    fn turn_away(&mut self) {
        while self.waiting.len() > WAITING_LATE {
            self.waiting.pop_first();
        }
    }

    fn refuse(&mut self, most: usize, now: Duration) {
        self.refused += 1;
        if self.refused >= most {
            self.late_at = now + self.pause;
        }
    }
}

/// A place that is reserved. It is given back when dropped.
pub struct Reservation<K: Clone + Eq + Hash> {
    refusals: Refusals<K>,
    key: K,
    refused: bool,
}

/// A launch that waits. It leaves the queue when dropped.
struct Waiting<'a, K: Clone + Eq + Hash> {
    refusals: &'a Refusals<K>,
    key: &'a K,
    number: u64,
}

enum Turn {
    Now,
    /// Look again when a place was freed, or after this time.
    Later(Duration),
    /// Newer ones took its place in the queue.
    Never,
}

impl<K: Clone + Eq + Hash> Refusals<K> {
    /// `most` a minute for each source.
    pub fn new(clock: Clock, most: u32) -> Self {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Self { clock, most, sources: Arc::new(Mutex::new(Recent::new(SOURCES))) }
    }

    /// Reserves a place for a launch, once there is one. Takes at most [`LONGEST_WAIT`].
    ///
    /// # Errors
    /// Seconds after which the source may launch again, where it gets none.
    pub async fn reserve(&self, key: K) -> Result<Reservation<K>, Epoch> {
        let deadline = Instant::now() + LONGEST_WAIT;
        let (number, freed) = self.queue(&key)?;
        let waiting = Waiting { refusals: self, key: &key, number };
        loop {
            let woken = freed.notified();
            let rest = match self.look(&key, number) {
                Turn::Now => break,
                Turn::Never => return Err(self.seconds_left(&key)),
                Turn::Later(rest) => rest.min(LOOK),
            };
            tokio::select! {
                () = woken => {}
                () = sleep(rest) => {}
            }
            if Instant::now() >= deadline {
                return Err(self.seconds_left(&key));
            }
        }
        drop(waiting);
        Ok(Reservation { refusals: self.clone(), key, refused: false })
    }

    /// Puts a launch at the end of the queue. Beyond the limit it takes the place of the one that waits longest.
    fn queue(&self, key: &K) -> Result<(u64, Arc<Notify>), Epoch> {
        let (mut sources, now) = (self.sources(), self.clock.uptime());
        let bucket = bucket(&mut sources, key, now);
        let late = bucket.refused >= self.most;
        if !late && bucket.waiting.len() >= WAITING {
            return Err(Epoch::try_from(LONGEST_WAIT.as_secs()).unwrap_or(1));
        }
        bucket.next += 1;
        let number = bucket.next;
        bucket.waiting.insert(number);
        if late {
            bucket.turn_away();
        }
        Ok((number, Arc::clone(&bucket.freed)))
    }

    fn look(&self, key: &K, number: u64) -> Turn {
        let (mut sources, now) = (self.sources(), self.clock.uptime());
        let bucket = bucket(&mut sources, key, now);
        if !bucket.waiting.contains(&number) {
            return Turn::Never;
        }
        if bucket.refused + bucket.reserved < self.most {
            bucket.reserved += 1;
            return Turn::Now;
        }
        if bucket.refused < self.most {
            return Turn::Later(LOOK);
        }
        let newest = bucket.waiting.last() == Some(&number);
        if newest && bucket.reserved == 0 && now >= bucket.late_at {
            bucket.reserved += 1;
            bucket.pause = (bucket.pause * 2).min(LONGEST_PAUSE);
            return Turn::Now;
        }
        Turn::Later(bucket.late_at.checked_sub(now).filter(|rest| !rest.is_zero()).unwrap_or(LOOK))
    }

    /// Until the minute is over.
    fn seconds_left(&self, key: &K) -> Epoch {
        let (mut sources, now) = (self.sources(), self.clock.uptime());
        let left = (bucket(&mut sources, key, now).began + WINDOW).saturating_sub(now);
        Epoch::try_from(left.as_secs()).unwrap_or_default() + 1
    }

    fn sources(&self) -> MutexGuard<'_, Recent<K, Bucket>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is counted of a source, in the minute that it is now.
fn bucket<'a, K: Clone + Eq + Hash>(sources: &'a mut Recent<K, Bucket>, key: &K, now: Duration) -> &'a mut Bucket {
    let newer = match sources.get_mut(key).map(|bucket| bucket.turn(now)) {
        Some(false) => None,
        // The minute that begins makes it the newest.
        Some(true) => sources.remove(key),
        None => Some(Bucket::new(now)),
    };
    match newer {
        Some(bucket) => sources.put(key.clone(), bucket),
        None => sources.get_mut(key).expect("it was found above"),
    }
}

impl<K: Clone + Eq + Hash> Reservation<K> {
    /// Entrata refused the launch: it counts.
    pub fn refused(mut self) {
        self.refused = true;
    }
}

impl<K: Clone + Eq + Hash> Drop for Reservation<K> {
    fn drop(&mut self) {
        let (mut sources, now) = (self.refusals.sources(), self.refusals.clock.uptime());
        let bucket = bucket(&mut sources, &self.key, now);
        bucket.reserved = bucket.reserved.saturating_sub(1);
        if self.refused {
            bucket.refuse(self.refusals.most, now);
        } else {
            bucket.pause = PAUSE;
        }
        if bucket.refused >= self.refusals.most {
            bucket.turn_away();
            bucket.freed.notify_waiters();
        } else {
            bucket.freed.notify_one();
        }
    }
}

impl<K: Clone + Eq + Hash> Drop for Waiting<'_, K> {
    fn drop(&mut self) {
        if let Some(bucket) = self.refusals.sources().get_mut(self.key) {
            bucket.waiting.remove(&self.number);
        }
    }
}
