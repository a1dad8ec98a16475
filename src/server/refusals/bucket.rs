//! The counts of one source: launches that were refused in a minute, reserved places, and launches that wait for one.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::sync::Notify;

use super::LONGEST_WAIT;
use crate::server::clock::Epoch;

/// The first and the longest pause before a launch may exceed the limit.
pub const PAUSE: Duration = Duration::from_secs(1);
pub const LONGEST_PAUSE: Duration = Duration::from_secs(4);
const WINDOW: Duration = Duration::from_secs(60);

pub struct Bucket {
    most: usize,
    /// When its minute began.
    began: Duration,
    refused: usize,
    pub reserved: usize,
    /// Waiting launches by number, the newest having the highest, and how to wake each.
    pub waiting: BTreeMap<u64, Arc<Notify>>,
    pub next: u64,
    /// When the next launch may exceed the limit, and the pause after it.
    pub next_at: Duration,
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
            next_at: now,
            pause: PAUSE,
        }
    }

    /// Starts a new minute if the last one is over: its refusals no longer count. Reservations and waiting launches
    /// stay. Returns whether it did.
    pub fn start_minute(&mut self, now: Duration) -> bool {
        let over = now >= self.began + WINDOW;
        if over {
            (self.began, self.refused, self.pause) = (now, 0, PAUSE);
        }
        over
    }

    pub fn in_use(&self) -> bool {
        self.reserved > 0 || !self.waiting.is_empty()
    }

    pub fn is_at_limit(&self) -> bool {
        self.refused >= self.most
    }

    /// Reserves a place if there is one. At the limit, only the newest launch gets one.
    pub fn try_reserve(&mut self, newest: bool, now: Duration) -> bool {
        let free = if self.is_at_limit() {
            newest && self.reserved == 0 && now >= self.next_at
        } else {
            self.refused + self.reserved < self.most
        };
        self.reserved += usize::from(free);
        free
    }

    /// Wakes the next launch.
    pub fn wake(&self) {
        let next = if self.is_at_limit() { self.waiting.values().next_back() } else { self.waiting.values().next() };
        if let Some(next) = next {
            next.notify_one();
        }
    }

    pub fn refuse(&mut self, now: Duration) {
        self.refused += 1;
        if self.is_at_limit() {
            self.next_at = now + self.pause;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Returns the seconds until the minute is over; below the limit, until places must be free again.
    pub fn seconds_left(&self, now: Duration) -> Epoch {
        let left = if self.is_at_limit() { (self.began + WINDOW).saturating_sub(now) } else { LONGEST_WAIT };
        Epoch::try_from(left.as_secs()).unwrap_or_default() + 1
    }
}
