//! How long to wait before the next call to a company, by an answer's headers. `X-RateLimit-Remaining` is such as
//! `15000/DAY;1000/HOUR;150/MINUTE`, and `X-RateLimit-Reset` holds the seconds until each resets, in the same order.

use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::server::clock::Epoch;

/// Seconds to wait after a 429 that names no time.
const DEFAULT_WAIT: Epoch = 30;
/// The longest wait in seconds, which is the reset of a day's limit.
const LONGEST_WAIT: Epoch = 24 * 60 * 60;

/// Returns the seconds to wait before the next call; none if there are calls left. `too_many`: the answer is a 429.
pub(super) fn wait(headers: &HeaderMap, too_many: bool) -> Option<Epoch> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let remaining =
        text("x-ratelimit-remaining").split(';').map(|part| part.split('/').next().unwrap_or_default().trim());
    let reset = text("x-ratelimit-reset").split(';').map(|part| part.trim().parse::<Epoch>().ok());
    let used_up = remaining.zip(reset).filter(|(left, _)| *left == "0").filter_map(|(_, seconds)| seconds).max();
    let retry_after =
        too_many.then(|| text(RETRY_AFTER.as_str()).trim().parse().unwrap_or(used_up.unwrap_or(DEFAULT_WAIT)));
    retry_after.max(used_up).map(|seconds| seconds.clamp(1, LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_wait_lasts_until_a_used_up_limit_resets() {
        let left = |remaining, reset| {
            wait(&headers(&[("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", reset)]), false)
        };
        assert_eq!(left("14999/DAY;999/HOUR;149/MINUTE", "36686;686;26"), None);
        assert_eq!(left("14999/DAY;999/HOUR;0/MINUTE", "36686;686;26"), Some(26));
        assert_eq!(left("14999/DAY;0/HOUR;0/MINUTE", "36686;686;26"), Some(686));
        assert_eq!(left("0/DAY", "999999999"), Some(LONGEST_WAIT));
        assert_eq!(left("nonsense;;0/", ";;"), None);
        assert_eq!(left("0/MINUTE", "soon"), None);
    }

    #[test]
    fn after_a_429_the_wait_is_what_it_says_or_half_a_minute() {
        assert_eq!(wait(&headers(&[("retry-after", "7")]), true), Some(7));
        assert_eq!(wait(&headers(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")]), true), Some(DEFAULT_WAIT));
        assert_eq!(wait(&headers(&[]), true), Some(DEFAULT_WAIT));
        assert_eq!(
            wait(&headers(&[("x-ratelimit-remaining", "0/MINUTE"), ("x-ratelimit-reset", "12")]), true),
            Some(12)
        );
        assert_eq!(wait(&headers(&[]), false), None);
    }
}
