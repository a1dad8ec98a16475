//! What is counted of one source: its refused launches of a minute, the places that are reserved, and who waits for one.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::sync::Notify;

use super::LONGEST_WAIT;
use crate::server::clock::Epoch;

/// The first pause before a launch is let through beyond the limit, and the longest.
pub const PAUSE: Duration = Duration::from_secs(1);
pub const LONGEST_PAUSE: Duration = Duration::from_secs(4);
const WINDOW: Duration = Duration::from_secs(60);

pub struct Bucket {
    most: usize,
    /// When its minute began.
    began: Duration,
    refused: usize,
    pub reserved: usize,
    /// Launches that wait, by number (the newest has the highest), and how each is woken.
    pub waiting: BTreeMap<u64, Arc<Notify>>,
    pub next: u64,
    /// When the next one may go beyond the limit, and the pause that follows.
    pub late_at: Duration,
    pub pause: Duration,
}

impl Bucket {
    pub fn new(most: u32, now: Duration) -> Self {
        Self {
            most: usize::try_from(most).unwrap_or(usize::MAX),
            began: now,
            refused: 0,
            reserved: 0,
            waiting: BTreeMap::new(),
            next: 0,
            late_at: now,
            pause: PAUSE,
        }
    }

    /// Those that were refused in a minute that is over do not count. What is reserved or waits goes on.
    pub fn turn(&mut self, now: Duration) -> bool {
        let over = now >= self.began + WINDOW;
        if over {
            (self.began, self.refused, self.pause) = (now, 0, PAUSE);
        }
        over
    }

    pub fn in_use(&self) -> bool {
        self.reserved > 0 || !self.waiting.is_empty()
    }

    pub fn is_late(&self) -> bool {
        self.refused >= self.most
    }

    /// Reserves a place, if there is one. Beyond the limit only the newest launch gets one.
    pub fn try_reserve(&mut self, newest: bool, now: Duration) -> bool {
        let free = if self.is_late() {
            newest && self.reserved == 0 && now >= self.late_at
        } else {
            self.refused + self.reserved < self.most
        };
        self.reserved += usize::from(free);
        free
    }

    /// Wakes the launch whose turn it is now.
    pub fn wake(&self) {
        let next = if self.is_late() { self.waiting.values().next_back() } else { self.waiting.values().next() };
        if let Some(next) = next {
            next.notify_one();
        }
    }

    pub fn refuse(&mut self, now: Duration) {
        self.refused += 1;
        if self.is_late() {
            self.late_at = now + self.pause;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Until the minute is over; before the limit was refused, until places must be free again.
    pub fn seconds_left(&self, now: Duration) -> Epoch {
        let left = if self.is_late() { (self.began + WINDOW).saturating_sub(now) } else { LONGEST_WAIT };
        Epoch::try_from(left.as_secs()).unwrap_or_default() + 1
    }
}
