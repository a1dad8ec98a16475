//! A cache of the lists of one kind. Each entry can be watched while its list is read.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{MAX_AGE, MIN_INTERVAL, ReadError, Reload, SearchIndex};
use crate::server::{clock::Epoch, ids::IdentityId};

/// Which list it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub identity: IdentityId,
    /// A digest of the places that the newest launch named. When they change, older lists are not shown any more.
    pub visible_places: [u8; 32],
    /// Empty for the list of places.
    pub place: String,
}

/// A list and the state of reading it.
#[derive(Debug)]
pub struct State<T> {
    pub cached: Option<CachedList<T>>,
    /// Set while the list is read.
    pub progress: Option<Progress>,
    /// Why the last read failed.
    pub error: Option<ReadError>,
    /// When the last read started.
    started_at: Epoch,
    /// When the last read failed.
    failed_at: Epoch,
    /// Seconds after a failure during which viewing the list doesn't trigger a read.
    retry_delay: Epoch,
}

#[derive(Debug)]
pub struct CachedList<T> {
    pub rows: Arc<Vec<T>>,
    /// The rows' search index; empty if the list is not searched itself.
    pub index: Arc<Vec<SearchIndex>>,
    pub read_at: Epoch,
    /// Whether the source has more rows.
    pub cut: bool,
    /// About how many bytes it takes.
    pub size: usize,
}

/// The progress of a read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub page: u32,
    /// The number of pages, if known.
    pub pages: Option<u32>,
    pub rows: usize,
    /// Seconds to wait for the source's rate limit.
    pub waits: Option<Epoch>,
}

/// An entry's age and size.
pub(super) struct CacheUse {
    pub key: Key,
    pub looked_at: Epoch,
    pub read_at: Option<Epoch>,
    pub size: usize,
}

pub(super) type CacheEntry<T> = Arc<watch::Sender<State<T>>>;

pub(super) struct Cache<T> {
    entries: Mutex<HashMap<Key, UsedEntry<T>>>,
}

struct UsedEntry<T> {
    entry: CacheEntry<T>,
    looked_at: Epoch,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { entries: Mutex::default() }
    }
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self { cached: None, progress: None, error: None, started_at: 0, failed_at: 0, retry_delay: 0 }
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self { cached: self.cached.clone(), ..*self }
    }
}

impl<T> Clone for CachedList<T> {
    fn clone(&self) -> Self {
        Self { rows: Arc::clone(&self.rows), index: Arc::clone(&self.index), ..*self }
    }
}

impl<T> State<T> {
    /// A list that can't be read.
    pub fn failed(error: ReadError) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    /// Whether there is something to show: a list, or the reason why there is none.
    pub fn is_settled(&self) -> bool {
        self.cached.is_some() || self.progress.is_none()
    }

    /// Starts a read if one is due, and returns whether the state changed. `launched_at`: when the newest token was
    /// issued. `busy`: too many lists are being read already.
    pub(super) fn start(&mut self, now: Epoch, launched_at: Epoch, reload: Reload, busy: bool) -> bool {
        let age = self.cached.as_ref().map(|cached| now - cached.read_at);
        // A list from the future is stale: the clock was set back.
        let stale = age.is_none_or(|age| !(0..MAX_AGE).contains(&age) || reload == Reload::Now && age >= MIN_INTERVAL);
        // After a failure, wait before the next read, unless the user asks for it, or has opened the app again as the
        // page asked them to.
        let opened_again = self.error == Some(ReadError::OpenAgain) && launched_at >= self.started_at;
        let delayed = self.error.is_some()
            && !opened_again
            && (0..self.retry_delay).contains(&(now - self.failed_at))
            && reload == Reload::IfStale;
        if !stale || delayed || self.progress.is_some() {
            return false;
        }
        if busy {
            self.error = Some(ReadError::Busy);
            return true;
        }
        self.progress = Some(Progress::default());
        self.started_at = now;
        true
    }

    /// Ends a read. After a failure, the next one is delayed from now on, as long as the source asks for if it does.
    pub(super) fn finish(&mut self, outcome: Result<CachedList<T>, ReadError>, now: Epoch) {
        self.progress = None;
        self.failed_at = now;
        self.retry_delay = match &outcome {
            Err(ReadError::Limited(Some(seconds))) => MIN_INTERVAL.max(*seconds),
            _ => MIN_INTERVAL,
        };
        match outcome {
            Ok(list) => (self.cached, self.error) = (Some(list), None),
            Err(error) => {
                if error.ends_access() {
                    self.cached = None;
                }
                self.error = Some(error);
            }
        }
    }
}

impl<T> Cache<T> {
    /// Returns the entry of a list, a new one if there is none.
    pub(super) fn entry(&self, key: &Key, now: Epoch) -> CacheEntry<T> {
        let mut entries = self.entries();
        let new = || UsedEntry { entry: Arc::new(watch::Sender::new(State::default())), looked_at: now };
        let used = entries.entry(key.clone()).or_insert_with(new);
        used.looked_at = now;
        Arc::clone(&used.entry)
    }

    pub(super) fn remove_where(&self, matches: impl Fn(&Key) -> bool) {
        self.entries().retain(|key, _| !matches(key));
    }

    /// Returns how many lists are being read for an identity.
    pub(super) fn reads_of(&self, identity: &IdentityId) -> usize {
        let entries = self.entries();
        let own = entries.iter().filter(|(key, _)| key.identity == *identity);
        own.filter(|(_, used)| used.entry.borrow().progress.is_some()).count()
    }

    /// Returns the age and size of every list.
    pub(super) fn usage(&self) -> impl Iterator<Item = CacheUse> + use<T> {
        let usage = |(key, used): (&Key, &UsedEntry<T>)| {
            let state = used.entry.borrow();
            let (read_at, size) = state.cached.as_ref().map_or((None, 0), |list| (Some(list.read_at), list.size));
            CacheUse { key: key.clone(), looked_at: used.looked_at, read_at, size }
        };
        self.entries().iter().map(usage).collect::<Vec<_>>().into_iter()
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Key, UsedEntry<T>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Starts a read at 100 that fails at `failed_at`, and returns whether looking at the list at `then` starts
    /// another.
    fn starts_again(error: ReadError, failed_at: Epoch, then: Epoch) -> bool {
        let mut state = State::<()>::default();
        assert!(state.start(100, 0, Reload::IfStale, false));
        state.finish(Err(error), failed_at);
        state.start(then, 0, Reload::IfStale, false)
    }

    #[test]
    fn after_a_failure_the_next_read_is_delayed_from_its_end_however_long_it_took() {
        assert!(!starts_again(ReadError::TooSlow, 130, 130 + MIN_INTERVAL - 1));
        assert!(starts_again(ReadError::TooSlow, 130, 130 + MIN_INTERVAL));
    }

    #[test]
    fn the_next_read_waits_as_long_as_the_source_asks_for() {
        assert!(!starts_again(ReadError::Limited(Some(60)), 130, 189));
        assert!(starts_again(ReadError::Limited(Some(60)), 130, 190));
        assert!(starts_again(ReadError::Limited(None), 130, 130 + MIN_INTERVAL));
    }
}
