//! The time, as an argument: whatever needs "now" is handed a clock, so that a test can let ten minutes pass at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

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
