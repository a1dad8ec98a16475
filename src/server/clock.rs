//! The clock is an argument of everything that needs the time, so that a test can let ten minutes pass at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use time::OffsetDateTime;

/// Seconds since 1970-01-01T00:00:00Z. All times in the database are in this unit.
pub type Epoch = i64;

/// The system's two clocks, each with an offset that tests set. Clones share the offsets.
///
/// Use [`Clock::now`] for times that are stored or shown. Operators and NTP may set that clock, also back. Use
/// [`Clock::uptime`], which never goes backward, for waiting times in memory.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
    offsets: Arc<Offsets>,
}

/// Offsets in seconds.
#[derive(Debug, Default)]
struct Offsets {
    time: AtomicI64,
    uptime: AtomicI64,
}

impl Default for Clock {
    #[allow(clippy::disallowed_methods, reason = "the only place that reads the system's clocks")]
    fn default() -> Self {
        Self { started: Instant::now(), offsets: Arc::default() }
    }
}

impl Clock {
    /// Returns the time in whole seconds since the epoch.
    pub fn now(&self) -> Epoch {
        i64::try_from(since_epoch().as_secs()).unwrap_or(i64::MAX) + self.offsets.time.load(Ordering::Relaxed)
    }

    /// Returns the time in microseconds since the epoch, to compare which of two operations began first.
    pub fn now_micros(&self) -> i64 {
        let offset = self.offsets.time.load(Ordering::Relaxed).saturating_mul(1_000_000);
        i64::try_from(since_epoch().as_micros()).unwrap_or(i64::MAX).saturating_add(offset)
    }

    /// Returns the time since this clock was created. Never goes backward, whatever the system's clock is set to.
    pub fn uptime(&self) -> Duration {
        let offset = u64::try_from(self.offsets.uptime.load(Ordering::Relaxed)).unwrap_or_default();
        self.started.elapsed() + Duration::from_secs(offset)
    }

    /// Advances both clocks by `seconds`.
    pub fn advance(&self, seconds: i64) {
        self.offsets.uptime.fetch_add(seconds, Ordering::Relaxed);
        self.set(seconds);
    }

    /// Sets the time forward, or back if `seconds` is negative, without changing the uptime.
    pub fn set(&self, seconds: i64) {
        self.offsets.time.fetch_add(seconds, Ordering::Relaxed);
    }
}

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    now: Epoch,
    uptime: Duration,
}

/// Seconds by which the clocks may differ between two readings before the time counts as set back: rounding, and small
/// corrections by NTP.
const TOLERANCE: Epoch = 5;

impl Clock {
    pub fn read(&self) -> Reading {
        Reading { now: self.now(), uptime: self.uptime() }
    }
}

impl Reading {
    /// Whether the clock was set back between an earlier reading and this one.
    pub fn was_set_back_since(self, earlier: Self) -> bool {
        let passed = Epoch::try_from(self.uptime.saturating_sub(earlier.uptime).as_secs()).unwrap_or(Epoch::MAX);
        self.now < earlier.now.saturating_add(passed) - TOLERANCE
    }
}

#[allow(clippy::disallowed_methods, reason = "the only place that reads the system's clocks")]
fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Formats a time in UTC with seconds (RFC 3339).
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
