//! Writes a time as Octorate does.

/// Returns `2020-03-17T17:41:51.178Z` for milliseconds since 1970.
pub(super) fn with_milliseconds(millis: i64) -> String {
    format!("{}.{:03}Z", date_and_time(millis), millis.rem_euclid(1000))
}

/// Returns `2020-06-17T10:22:30Z` for milliseconds since 1970.
pub(super) fn without_milliseconds(millis: i64) -> String {
    format!("{}Z", date_and_time(millis))
}

fn date_and_time(millis: i64) -> String {
    let seconds = millis.div_euclid(1000);
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// Returns year, month and day of a number of days since 1970. Counts from March 1st of the year 0, so that a leap day
/// is the last day of its year.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year_of_era + i64::from(month >= 10);
    (year, if month < 10 { month + 3 } else { month - 9 }, day)
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
