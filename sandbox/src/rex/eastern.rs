//! The server's clock time: US Eastern time without offset, such as `2014-12-03T22:30:56`. Daylight saving follows the
//! rules of 2007: from the second Sunday of March, 2:00, to the first Sunday of November, 2:00.

use crate::calendar::{date, date_time, day_number};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
const SUNDAY: i64 = 0;

/// Returns the Eastern date and time of a moment, which is in seconds since 1970.
pub(crate) fn text(epoch: i64) -> String {
    date_time(epoch - if is_daylight_saving(epoch) { 4 } else { 5 } * HOUR)
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
