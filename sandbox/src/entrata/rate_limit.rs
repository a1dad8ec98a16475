//! Rate limits of a company: calls per minute, hour and day of simulated time, and the headers that report them.

use std::time::Duration;

use serde::Deserialize;

use super::error::{ApiError, fail};
use super::faults::Fault;

const WINDOWS: [(&str, u64); 3] = [("DAY", 86_400), ("HOUR", 3_600), ("MINUTE", 60)];

/// How many calls a company's users may make to all web services together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Limits {
    pub minute: u64,
    pub hour: u64,
    pub day: u64,
}

impl Default for Limits {
    /// As in the captured headers.
    fn default() -> Self {
        Self { minute: 150, hour: 1_000, day: 15_000 }
    }
}

/// The counters of one company, in the order of `WINDOWS`.
#[derive(Clone, Debug, Default)]
pub(crate) struct RateLimiter {
    pub(crate) limits: Limits,
    windows: [Window; 3],
}

/// The current minute, hour or day, by its number since the start.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    number: u64,
    calls: u64,
}

/// The counters as one call sees them, including itself.
pub(crate) struct RateUsage {
    limits: [u64; 3],
    used: [u64; 3],
    /// Seconds until each window ends.
    resets: [u64; 3],
}

impl RateLimiter {
    /// Counts a call unless it exceeds a limit. With `counts` false, it only reports.
    pub(crate) fn count(&mut self, now: Duration, counts: bool) -> RateUsage {
        let limits = [self.limits.day, self.limits.hour, self.limits.minute];
        let now = now.as_secs();
        for (window, (_, seconds)) in self.windows.iter_mut().zip(WINDOWS) {
            let number = now / seconds;
            if window.number != number {
                *window = Window { number, calls: 0 };
            }
        }
        let calls = u64::from(counts);
        let used = self.windows.map(|window| window.calls + calls);
        if used.iter().zip(limits).all(|(used, limit)| *used <= limit) {
            self.windows.iter_mut().for_each(|window| window.calls += calls);
        }
        RateUsage { limits, used, resets: WINDOWS.map(|(_, seconds)| seconds - now % seconds) }
    }
}

impl RateUsage {
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        if self.retry_after().is_some() { fail(429, "The rate limit was exceeded.") } else { Ok(()) }
    }

    /// Returns the seconds until no window is exceeded, or `None` if none is.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        let exceeded = (0..3).filter(|index| self.used[*index] > self.limits[*index]);
        exceeded.map(|index| self.resets[index]).max()
    }

    pub(crate) fn headers(&self, faults: &[Fault]) -> Vec<(&'static str, String)> {
        if faults.contains(&Fault::RateHeadersMissing) {
            return Vec::new();
        }
        if faults.contains(&Fault::RateHeadersOdd) {
            return vec![("x-ratelimit-limit", "unlimited".to_owned()), ("x-ratelimit-reset", ";;-1;soon".to_owned())];
        }
        let per_window = |numbers: [u64; 3]| {
            let parts = numbers.iter().zip(WINDOWS).map(|(number, (name, _))| format!("{number}/{name}"));
            parts.collect::<Vec<_>>().join(";")
        };
        let mut remaining: [u64; 3] = std::array::from_fn(|index| self.limits[index].saturating_sub(self.used[index]));
        if faults.contains(&Fault::RateHeadersExhausted) {
            remaining[2] = 0;
        }
        let resets = self.resets.map(|seconds| seconds.to_string()).join(";");
        vec![
            ("x-ratelimit-limit", per_window(self.limits)),
            ("x-ratelimit-remaining", per_window(remaining)),
            ("x-ratelimit-reset", resets),
        ]
    }
}
