//! The rate limits of one company: how many calls it made in this minute, this hour and this day, by the world's time, and the headers
//! that tell it.

use std::time::Duration;

use serde::Deserialize;

use super::super::check::{Refusal, refusal};
use super::super::fault::Fault;

const WINDOWS: [(&str, u64); 3] = [("DAY", 86_400), ("HOUR", 3_600), ("MINUTE", 60)];

/// Calls of one company to all web services together.
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

/// In the order of `WINDOWS`.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Meter {
    pub(super) limits: Limits,
    used: [Window; 3],
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    number: u64,
    calls: u64,
}

/// What a call found, itself counted.
pub(super) struct Spent {
    limits: [u64; 3],
    used: [u64; 3],
    resets: [u64; 3],
}

impl Meter {
    /// Counts a call, unless it is one too many. One that does not count only looks.
    pub(super) fn count(&mut self, now: Duration, counts: bool) -> Spent {
        let limits = [self.limits.day, self.limits.hour, self.limits.minute];
        let now = now.as_secs();
        for (window, (_, seconds)) in self.used.iter_mut().zip(WINDOWS) {
            let number = now / seconds;
            if window.number != number {
                *window = Window { number, calls: 0 };
            }
        }
        let calls = u64::from(counts);
        let used = self.used.map(|window| window.calls + calls);
        if used.iter().zip(limits).all(|(used, limit)| *used <= limit) {
            self.used.iter_mut().for_each(|window| window.calls += calls);
        }
        Spent { limits, used, resets: WINDOWS.map(|(_, seconds)| seconds - now % seconds) }
    }
}

impl Spent {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if self.wait().is_some() { refusal(429, "The rate limit was exceeded.") } else { Ok(()) }
    }

    /// Seconds until all windows that are full have passed.
    pub(super) fn wait(&self) -> Option<u64> {
        let full = (0..3).filter(|at| self.used[*at] > self.limits[*at]);
        full.map(|at| self.resets[at]).max()
    }

    pub(super) fn headers(&self, faults: &[Fault]) -> Vec<(&'static str, String)> {
        if faults.contains(&Fault::RateHeadersMissing) {
            return Vec::new();
        }
        let named = |numbers: [u64; 3]| {
            let parts = numbers.iter().zip(WINDOWS).map(|(number, (name, _))| format!("{number}/{name}"));
            parts.collect::<Vec<_>>().join(";")
        };
        let mut left: [u64; 3] = std::array::from_fn(|at| self.limits[at].saturating_sub(self.used[at]));
        if faults.contains(&Fault::RateHeadersExhausted) {
            left[2] = 0;
        }
        let resets = self.resets.map(|seconds| seconds.to_string()).join(";");
        if faults.contains(&Fault::RateHeadersOdd) {
            return vec![("x-ratelimit-limit", "unlimited".to_owned()), ("x-ratelimit-reset", ";;-1;soon".to_owned())];
        }
        vec![
            ("x-ratelimit-limit", named(self.limits)),
            ("x-ratelimit-remaining", named(left)),
            ("x-ratelimit-reset", resets),
        ]
    }
}
