//! How long background calls of a connection pause after failures.

use super::FailedCall;
use crate::server::{clock::Epoch, connectors::ConnectorError};

/// Seconds after the first failure; each further failure in a row doubles them.
const FIRST: Epoch = 30;
/// Most seconds between two tries.
const LONGEST: Epoch = 60 * 60;

/// Returns the pause after a failure, in seconds, if `failures` came before it in a row.
pub fn after(failures: i64) -> Epoch {
    let doublings = u32::try_from(failures.clamp(0, 16)).unwrap_or_default();
    (FIRST << doublings).min(LONGEST)
}

/// Returns what to store about a failed call. A system that names a longer pause gets it.
pub fn failure(error: &ConnectorError, failures: i64, now: Epoch) -> FailedCall {
    let limited_until = error.retry_after().map(|seconds| now + seconds);
    let next_try_at = (now + after(failures)).max(limited_until.unwrap_or(0));
    FailedCall { code: error.kind().name(), next_try_at, limited_until }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_30_seconds_to_an_hour() {
        let pauses: Vec<Epoch> = (0..9).map(after).collect();
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!((after(i64::MAX), after(-1)), (3600, 30));
    }

    #[test]
    fn a_systems_own_pause_wins_if_it_is_longer() {
        let limited = |seconds| failure(&ConnectorError::Limited(Some(seconds)), 1, 1_000);
        assert_eq!((limited(10).next_try_at, limited(10).limited_until), (1_060, Some(1_010)));
        assert_eq!((limited(600).next_try_at, limited(600).limited_until), (1_600, Some(1_600)));
        let unlimited = failure(&ConnectorError::Limited(None), 0, 1_000);
        assert_eq!((unlimited.next_try_at, unlimited.limited_until, unlimited.code), (1_030, None, "limited"));
    }
}
