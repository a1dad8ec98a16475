//! Writes a time as Octorate does.

use crate::calendar::date_time;

/// Returns `2020-03-17T17:41:51.178Z` for milliseconds since 1970.
pub(super) fn with_milliseconds(millis: i64) -> String {
    format!("{}.{:03}Z", date_time(millis.div_euclid(1000)), millis.rem_euclid(1000))
}

/// Returns `2020-06-17T10:22:30Z` for milliseconds since 1970.
pub(super) fn without_milliseconds(millis: i64) -> String {
    format!("{}Z", date_time(millis.div_euclid(1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_on_the_vendors_page() {
        assert_eq!(with_milliseconds(1_584_466_911_178), "2020-03-17T17:41:51.178Z");
        assert_eq!(without_milliseconds(1_592_389_350_999), "2020-06-17T10:22:30Z");
        assert_eq!(with_milliseconds(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(without_milliseconds(4_107_542_399_000), "2100-02-28T23:59:59Z");
        assert_eq!(without_milliseconds(4_107_542_400_000), "2100-03-01T00:00:00Z");
    }
}
