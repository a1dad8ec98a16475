//! The time, as an argument: whatever needs "now" is handed a clock, so that a test can let ten minutes pass at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use time::OffsetDateTime;

/// Seconds since 1970-01-01T00:00:00Z: what every time in the database is counted in.
pub type Epoch = i64;

/// The system's time, ahead by what it was told. Clones share the offset.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Now, in whole seconds since the epoch.
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    pub fn now(&self) -> Epoch {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX) + self.ahead.load(Ordering::Relaxed)
    }

    /// Lets `seconds` pass at once.
    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }
}

/// A time in UTC, to the second (RFC 3339).
pub fn exact(at: Epoch) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (date, time) = (at.date(), at.time());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", time.hour(), time.minute(), time.second())
}
