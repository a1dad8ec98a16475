//! Reads `expireDate`: a date with time and offset (ISO 8601), with or without a fraction of a second, and with or
//! without the zone that Java adds, as in `2020-03-18T14:46:08.693Z[UTC]`.

use time::{Date, Month, Time, UtcOffset};

use crate::server::clock::Epoch;

/// Returns the time in whole seconds; none if the text has another form or no offset.
pub(super) fn parse(text: &str) -> Option<Epoch> {
    let (text, zone) = match text.split_once('[') {
        Some((text, zone)) => (text, zone.strip_suffix(']')?),
        None => (text, ""),
    };
    let (date, time) = text.split_once('T')?;
    let (time, offset) = split_offset(time, zone)?;
    let time = time.split_once('.').map_or(Some(time), |(time, fraction)| {
        ((1..=9).contains(&fraction.len()) && is_digits(fraction)).then_some(time)
    })?;

    let mut parts = date.split('-');
    let (year, month, day) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let mut parts = parts.next().is_none().then(|| time.split(':'))?;
    let (hour, minute, second) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    if parts.next().is_some() {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
    let [hour, minute, second] = [hour, minute, second].map(|part| u8::try_from(part).unwrap_or(u8::MAX));
    let time = Time::from_hms(hour, minute, second).ok()?;
    Some(date.with_time(time).assume_offset(offset).unix_timestamp())
}

/// Splits `Z`, `+02:00` or `+0200` from a time. Without any, the zone must be UTC.
fn split_offset<'a>(time: &'a str, zone: &str) -> Option<(&'a str, UtcOffset)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, UtcOffset::UTC));
    }
    let Some(at) = time.find(['+', '-']) else { return (zone == "UTC").then_some((time, UtcOffset::UTC)) };
    let (time, offset) = time.split_at_checked(at)?;
    let (sign, digits) = offset.split_at_checked(1)?;
    let (hours, minutes) = digits.split_once(':').or_else(|| digits.split_at_checked(2))?;
    let (hours, minutes) = (i8::try_from(number(hours, 2)?).ok()?, i8::try_from(number(minutes, 2)?).ok()?);
    let sign = if sign == "-" { -1 } else { 1 };
    Some((time, UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()?))
}

/// Reads a number of exactly this many digits.
fn number(text: &str, digits: usize) -> Option<u16> {
    (text.len() == digits && is_digits(text)).then(|| text.parse().ok()).flatten()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
