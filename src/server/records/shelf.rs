//! A shelf: the lists of one kind, each in a place of its own that can be watched while it is read.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{Asked, FRESH, Index, REST, Trouble};
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
    pub kept: Option<Kept<T>>,
    /// While it is being read.
    pub progress: Option<Progress>,
    /// Why the last reading failed.
    pub trouble: Option<Trouble>,
    /// When the last reading began.
    tried_at: Epoch,
    /// When the last reading failed, and for how many seconds it is not tried again just because somebody looks.
    failed_at: Epoch,
    rest: Epoch,
}

/// A whole list.
#[derive(Debug)]
pub struct Kept<T> {
    pub rows: Arc<Vec<T>>,
    /// What the rows are found and sorted by; none where they are not searched as they are.
    pub index: Arc<Vec<Index>>,
    pub read_at: Epoch,
    /// Whether there was more than is kept.
    pub cut: bool,
    /// About how many bytes it takes.
    pub weight: usize,
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
pub trait Weighed {
    fn weight(&self) -> usize;
}

pub(super) type Place<T> = Arc<watch::Sender<State<T>>>;

pub(super) struct Shelf<T> {
    places: Mutex<HashMap<Key, Standing<T>>>,
}

struct Standing<T> {
    place: Place<T>,
    looked_at: Epoch,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { places: Mutex::default() }
    }
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self { kept: None, progress: None, trouble: None, tried_at: 0, failed_at: 0, rest: 0 }
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        let Self { kept, progress, trouble, tried_at, failed_at, rest } = self;
        let (progress, trouble) = (*progress, *trouble);
        Self { kept: kept.clone(), progress, trouble, tried_at: *tried_at, failed_at: *failed_at, rest: *rest }
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        let Self { rows, index, read_at, cut, weight } = self;
        Self { rows: Arc::clone(rows), index: Arc::clone(index), read_at: *read_at, cut: *cut, weight: *weight }
    }
}

impl<T> State<T> {
    /// One that could not be read, and is not tried to be.
    pub fn of_trouble(trouble: Trouble) -> Self {
        Self { trouble: Some(trouble), ..Self::default() }
    }

    /// Whether there is something to show: a list, or why there is none.
    pub fn is_settled(&self) -> bool {
        self.kept.is_some() || self.progress.is_none()
    }

    /// Begins a reading if one is due: whether anything changed. `launched_at`: when the newest token came.
    pub(super) fn begin(&mut self, now: Epoch, launched_at: Epoch, asked: Asked, busy: bool) -> bool {
        let age = self.kept.as_ref().map(|kept| now - kept.read_at);
        // A list from the future is old: the time was set back since it was read.
        let old = age.is_none_or(|age| !(0..FRESH).contains(&age) || asked == Asked::ToReadAnew && age >= REST);
        // After a failure, not at once again, unless somebody asks for it, or did since what the page told them to do.
        let opened_again = self.trouble == Some(Trouble::OpenAgain) && launched_at >= self.tried_at;
        let rests = self.trouble.is_some()
            && !opened_again
            && (0..self.rest).contains(&(now - self.failed_at))
            && asked == Asked::ToLook;
        if !old || rests || self.progress.is_some() {
            return false;
        }
        if busy {
            self.trouble = Some(Trouble::Busy);
            return true;
        }
        self.progress = Some(Progress::default());
        self.tried_at = now;
        true
    }

    /// The reading is over. After a failure it rests from now on, however long it took: as long as Entrata asks to wait, where it does.
    pub(super) fn ended(&mut self, outcome: Result<Kept<T>, Trouble>, now: Epoch) {
        self.progress = None;
        self.failed_at = now;
        self.rest = match &outcome {
            Err(Trouble::Limited(Some(seconds))) => REST.max(*seconds),
            _ => REST,
        };
        match outcome {
            Ok(kept) => (self.kept, self.trouble) = (Some(kept), None),
            Err(trouble) => {
                if trouble.takes_away() {
                    self.kept = None;
                }
                self.trouble = Some(trouble);
            }
        }
    }
}

impl<T> Shelf<T> {
    /// The place of a list, made where there is none.
    pub(super) fn place(&self, key: &Key, now: Epoch) -> Place<T> {
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
            (key.clone(), standing.looked_at, kept.map(|kept| kept.read_at), kept.map_or(0, |kept| kept.weight))
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
    fn begins_again(trouble: Trouble, failed_at: Epoch, then: Epoch) -> bool {
        let mut state = State::<()>::default();
        assert!(state.begin(100, 0, Asked::ToLook, false));
        state.ended(Err(trouble), failed_at);
        state.begin(then, 0, Asked::ToLook, false)
    }

    #[test]
    fn a_failed_reading_rests_from_its_end_however_long_it_took() {
        assert!(!begins_again(Trouble::TooSlow, 130, 130 + REST - 1));
        assert!(begins_again(Trouble::TooSlow, 130, 130 + REST));
    }

    #[test]
    fn where_entrata_asks_to_wait_the_next_reading_waits_as_long() {
        assert!(!begins_again(Trouble::Limited(Some(60)), 130, 189));
        assert!(begins_again(Trouble::Limited(Some(60)), 130, 190));
        assert!(begins_again(Trouble::Limited(None), 130, 130 + REST));
    }
}
