//! A shelf: the lists of one kind, each in a place of its own that can be watched while it is read.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{Asked, Index, MAX_AGE, REST, ReadError};
use crate::server::clock::Epoch;

/// Whose list it is, and of which property; empty for the list of properties.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub identity: String,
    /// What the newest launch told that the person may see: when that changes, what was read before is not shown any more.
    pub sees: [u8; 32],
    pub property: String,
}

/// How a list stands.
#[derive(Debug)]
pub struct State<T> {
    pub kept: Option<CachedList<T>>,
    /// While it is being read.
    pub progress: Option<Progress>,
    /// Why the last reading failed.
    pub error: Option<ReadError>,
    /// When the last reading began.
    tried_at: Epoch,
    /// When the last reading failed, and for how many seconds it is not tried again just because somebody looks.
    failed_at: Epoch,
    rest: Epoch,
}

/// A whole list.
#[derive(Debug)]
pub struct CachedList<T> {
    pub rows: Arc<Vec<T>>,
    /// What the rows are found and sorted by; none where they are not searched as they are.
    pub index: Arc<Vec<Index>>,
    pub read_at: Epoch,
    /// Whether there was more than is kept.
    pub cut: bool,
    /// About how many bytes it takes.
    pub size: usize,
}

/// How far a reading is: pages of how many, where that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub page: u32,
    pub pages: Option<u32>,
    pub rows: usize,
    /// Seconds that are waited because the company's allowance is used up.
    pub waits: Option<Epoch>,
}

/// About how many bytes a row takes.
pub trait MemorySize {
    fn size(&self) -> usize;
}

pub(super) type CacheEntry<T> = Arc<watch::Sender<State<T>>>;

pub(super) struct Cache<T> {
    places: Mutex<HashMap<Key, Standing<T>>>,
}

struct Standing<T> {
    place: CacheEntry<T>,
    looked_at: Epoch,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { places: Mutex::default() }
    }
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self { kept: None, progress: None, error: None, tried_at: 0, failed_at: 0, rest: 0 }
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        let Self { kept, progress, error, tried_at, failed_at, rest } = self;
        let (progress, error) = (*progress, *error);
        Self { kept: kept.clone(), progress, error, tried_at: *tried_at, failed_at: *failed_at, rest: *rest }
    }
}

impl<T> Clone for CachedList<T> {
    fn clone(&self) -> Self {
        let Self { rows, index, read_at, cut, size } = self;
        Self { rows: Arc::clone(rows), index: Arc::clone(index), read_at: *read_at, cut: *cut, size: *size }
    }
}

impl<T> State<T> {
    /// One that could not be read, and is not tried to be.
    pub fn of_trouble(error: ReadError) -> Self {
        Self { error: Some(error), ..Self::default() }
    }

    /// Whether there is something to show: a list, or why there is none.
    pub fn is_settled(&self) -> bool {
        self.kept.is_some() || self.progress.is_none()
    }

    /// Begins a reading if one is due: whether anything changed. `launched_at`: when the newest token came.
    pub(super) fn begin(&mut self, now: Epoch, launched_at: Epoch, asked: Asked, busy: bool) -> bool {
        let age = self.kept.as_ref().map(|kept| now - kept.read_at);
        // A list from the future is old: the time was set back since it was read.
        let old = age.is_none_or(|age| !(0..MAX_AGE).contains(&age) || asked == Asked::ToReadAnew && age >= REST);
        // After a failure, not at once again, unless somebody asks for it, or did since what the page told them to do.
        let opened_again = self.error == Some(ReadError::OpenAgain) && launched_at >= self.tried_at;
        let rests = self.error.is_some()
            && !opened_again
            && (0..self.rest).contains(&(now - self.failed_at))
            && asked == Asked::ToLook;
        if !old || rests || self.progress.is_some() {
            return false;
        }
        if busy {
            self.error = Some(ReadError::Busy);
            return true;
        }
        self.progress = Some(Progress::default());
        self.tried_at = now;
        true
    }

    /// The reading is over. After a failure it rests from now on, however long it took: as long as Entrata asks to wait, where it does.
    pub(super) fn ended(&mut self, outcome: Result<CachedList<T>, ReadError>, now: Epoch) {
        self.progress = None;
        self.failed_at = now;
        self.rest = match &outcome {
            Err(ReadError::Limited(Some(seconds))) => REST.max(*seconds),
            _ => REST,
        };
        match outcome {
            Ok(kept) => (self.kept, self.error) = (Some(kept), None),
            Err(error) => {
                if error.takes_away() {
                    self.kept = None;
                }
                self.error = Some(error);
            }
        }
    }
}

impl<T> Cache<T> {
    /// The place of a list, made where there is none.
    pub(super) fn place(&self, key: &Key, now: Epoch) -> CacheEntry<T> {
        let mut places = self.places();
        let made = || Standing { place: Arc::new(watch::Sender::new(State::default())), looked_at: now };
        let standing = places.entry(key.clone()).or_insert_with(made);
        standing.looked_at = now;
        Arc::clone(&standing.place)
    }

    pub(super) fn drop_where(&self, gone: impl Fn(&Key) -> bool) {
        self.places().retain(|key, _| !gone(key));
    }

    pub(super) fn reading_for(&self, identity: &str) -> usize {
        let places = self.places();
        places.iter().filter(|(key, s)| key.identity == identity && s.place.borrow().progress.is_some()).count()
    }

    /// Each list: when it was last looked at, when it was read, and what it weighs.
    pub(super) fn inventory(&self) -> Vec<(Key, Epoch, Option<Epoch>, usize)> {
        let entry = |(key, standing): (&Key, &Standing<T>)| {
            let state = standing.place.borrow();
            let kept = state.kept.as_ref();
            (key.clone(), standing.looked_at, kept.map(|kept| kept.read_at), kept.map_or(0, |kept| kept.size))
        };
        self.places().iter().map(entry).collect()
    }

    fn places(&self) -> MutexGuard<'_, HashMap<Key, Standing<T>>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Begins a reading at 100 that fails at `failed_at`; whether somebody who looks at `then` begins another one.
    fn begins_again(error: ReadError, failed_at: Epoch, then: Epoch) -> bool {
        let mut state = State::<()>::default();
        assert!(state.begin(100, 0, Asked::ToLook, false));
        state.ended(Err(error), failed_at);
        state.begin(then, 0, Asked::ToLook, false)
    }

    #[test]
    fn a_failed_reading_rests_from_its_end_however_long_it_took() {
        assert!(!begins_again(ReadError::TooSlow, 130, 130 + REST - 1));
        assert!(begins_again(ReadError::TooSlow, 130, 130 + REST));
    }

    #[test]
    fn where_entrata_asks_to_wait_the_next_reading_waits_as_long() {
        assert!(!begins_again(ReadError::Limited(Some(60)), 130, 189));
        assert!(begins_again(ReadError::Limited(Some(60)), 130, 190));
        assert!(begins_again(ReadError::Limited(None), 130, 130 + REST));
    }
}
