//! The server's clock time: US Eastern time without offset, such as `2014-12-03T22:30:56`. Daylight saving follows the
//! rules of 2007: from the second Sunday of March, 2:00, to the first Sunday of November, 2:00.

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
const SUNDAY: i64 = 0;

/// Returns the Eastern date and time of a moment, which is in seconds since 1970.
pub(crate) fn text(epoch: i64) -> String {
    let local = epoch - if is_daylight_saving(epoch) { 4 } else { 5 } * HOUR;
    let (year, month, day) = date(local.div_euclid(DAY));
    let seconds = local.rem_euclid(DAY);
    let (hour, minute, second) = (seconds / HOUR, seconds % HOUR / 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// Whether a text has the form `yyyy-MM-ddThh:mm:ss`. Such texts sort by time.
pub(crate) fn is_date_time(text: &str) -> bool {
    text.len() == 19
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            10 => byte == b'T',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        })
}

fn is_daylight_saving(epoch: i64) -> bool {
    let (year, ..) = date(epoch.div_euclid(DAY));
    // 2:00 is 7:00 UTC in winter and 6:00 UTC in summer.
    let begins = sunday(year, 3, 2) * DAY + 7 * HOUR;
    let ends = sunday(year, 11, 1) * DAY + 6 * HOUR;
    (begins..ends).contains(&epoch)
}

/// Returns the day number of a month's first, second, … Sunday.
fn sunday(year: i64, month: i64, number: i64) -> i64 {
    let first = day_number(year, month, 1);
    // Day 0, 1970-01-01, was a Thursday.
    let weekday = (first + 4).rem_euclid(7);
    first + (SUNDAY - weekday).rem_euclid(7) + 7 * (number - 1)
}

/// Returns the days since 1970-01-01 (Hinnant's `days_from_civil`).
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Returns the year, month and day of a day number (Hinnant's `civil_from_days`).
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}
