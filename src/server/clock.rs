//! The time, as an argument: whatever needs "now" is handed a clock, so that a test can let ten minutes pass at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use time::OffsetDateTime;

/// Seconds since 1970-01-01T00:00:00Z: what every time in the database is counted in.
pub type Epoch = i64;

/// The system's two clocks, each ahead by what it was told. Clones share that.
///
/// What is stored or shown takes [`Clock::now`]. It can be set, also back. What says how long somebody has to wait and
/// lives in memory takes [`Clock::uptime`], which never goes backward.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    ahead: Arc<Ahead>,
}

/// Seconds.
#[derive(Debug, Default)]
struct Ahead {
    time: AtomicI64,
    uptime: AtomicI64,
}

impl Default for Clock {
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    fn default() -> Self {
        Self { started: Instant::now(), ahead: Arc::default() }
    }
}

impl Clock {
    /// Now, in whole seconds since the epoch.
    pub fn now(&self) -> Epoch {
        i64::try_from(since_epoch().as_secs()).unwrap_or(i64::MAX) + self.ahead.time.load(Ordering::Relaxed)
    }

    /// Now, in microseconds since the epoch: for telling which of two things began first.
    pub fn now_micros(&self) -> i64 {
        let ahead = self.ahead.time.load(Ordering::Relaxed).saturating_mul(1_000_000);
        i64::try_from(since_epoch().as_micros()).unwrap_or(i64::MAX).saturating_add(ahead)
    }

    /// Time since this clock was made. Never goes back, whatever the system's time is set to.
    pub fn uptime(&self) -> Duration {
        let ahead = u64::try_from(self.ahead.uptime.load(Ordering::Relaxed)).unwrap_or_default();
        self.started.elapsed() + Duration::from_secs(ahead)
    }

    /// Lets `seconds` pass at once.
    pub fn advance(&self, seconds: i64) {
        self.ahead.uptime.fetch_add(seconds, Ordering::Relaxed);
        self.set(seconds);
    }

    /// Sets the time forward by `seconds`, or back where they are negative; none pass.
    pub fn set(&self, seconds: i64) {
        self.ahead.time.fetch_add(seconds, Ordering::Relaxed);
    }
}

/// What both clocks said at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    now: Epoch,
    uptime: Duration,
}

/// Seconds by which the two clocks may differ between two readings, for rounding and gentle correction, before the time
/// counts as set back.
const TOLERANCE: Epoch = 5;

impl Clock {
    pub fn read(&self) -> Reading {
        Reading { now: self.now(), uptime: self.uptime() }
    }
}

impl Reading {
    /// Whether the time was set back between an earlier reading and this one.
    pub fn was_set_back_since(self, earlier: Self) -> bool {
        let passed = Epoch::try_from(self.uptime.saturating_sub(earlier.uptime).as_secs()).unwrap_or(Epoch::MAX);
        self.now < earlier.now.saturating_add(passed) - TOLERANCE
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A time in UTC, to the second (RFC 3339).
pub fn exact(at: Epoch) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (date, time) = (at.date(), at.time());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time.hour(), time.minute(), time.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t37_the_time_can_be_set_back_and_uptime_never_goes_backward() {
        let clock = Clock::default();
        let (before, now) = (clock.read(), clock.now());
        clock.advance(60);
        assert!(!clock.read().was_set_back_since(before));
        clock.set(-3_600);
        assert!(clock.now() <= now - 3_500 && clock.uptime() >= Duration::from_secs(60));
        let after = clock.read();
        assert!(after.was_set_back_since(before) && !clock.read().was_set_back_since(after));
    }
}
