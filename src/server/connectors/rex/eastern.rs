//! The server's clock time: US Eastern time without offset, such as `2014-12-03T22:30:56`. Daylight saving follows the
//! rules of 2007: from the second Sunday of March, 2:00, to the first Sunday of November, 2:00.

use std::fmt;

use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::server::clock::Epoch;

const STANDARD: i8 = -5;
const DAYLIGHT_SAVING: i8 = -4;

/// A date and time on a clock on the US East Coast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EasternDateTime(PrimitiveDateTime);

impl EasternDateTime {
    /// Reads `yyyy-MM-ddThh:mm:ss`, with or without a fraction of a second. None for anything else, such as a number
    /// or a time with an offset.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
        let form = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
        if !is_fraction || !form.eq(*b"0000-00-00T00:00:00") {
            return None;
        }
        let mut numbers = text.split(['-', 'T', ':']).map(str::parse::<u16>);
        let mut next = || numbers.next()?.ok();
        let (year, month, day) = (next()?, small(next()?)?, small(next()?)?);
        let (hour, minute, second) = (small(next()?)?, small(next()?)?, small(next()?)?);
        let date = Date::from_calendar_date(year.into(), Month::try_from(month).ok()?, day).ok()?;
        Some(Self(PrimitiveDateTime::new(date, Time::from_hms(hour, minute, second).ok()?)))
    }

    /// Returns the clock time at a moment. None if it has no four-digit year.
    pub(super) fn at(epoch: Epoch) -> Option<Self> {
        let moment =
            OffsetDateTime::from_unix_timestamp(epoch).ok().filter(|moment| (1..9999).contains(&moment.year()))?;
        let (begins, ends) = daylight_saving(moment.year())?;
        let [begins, ends] = [(begins, STANDARD), (ends, DAYLIGHT_SAVING)]
            .map(|(clock, hours)| Some(clock.assume_offset(UtcOffset::from_hms(hours, 0, 0).ok()?)));
        let hours = if (begins?..ends?).contains(&moment) { DAYLIGHT_SAVING } else { STANDARD };
        let local = moment.to_offset(UtcOffset::from_hms(hours, 0, 0).ok()?);
        Some(Self(PrimitiveDateTime::new(local.date(), local.time())))
    }

    /// Returns a clock time that no later moment falls below. In November the hour from 1:00 happens twice, so for
    /// both of them that is 1:00.
    pub(super) fn since(epoch: Epoch) -> Option<Self> {
        let Self(clock) = Self::at(epoch)?;
        let (_, ends) = daylight_saving(clock.year())?;
        let repeated = ends - Duration::HOUR;
        Some(Self(if (repeated..ends).contains(&clock) { repeated } else { clock }))
    }

    /// Returns the moment. Of the hour that happens twice in November, the first one.
    pub(super) fn epoch(self) -> Epoch {
        let is_summer = daylight_saving(self.0.year()).is_some_and(|(begins, ends)| (begins..ends).contains(&self.0));
        let hours = if is_summer { DAYLIGHT_SAVING } else { STANDARD };
        self.0.assume_utc().unix_timestamp() - Epoch::from(hours) * 3_600
    }
}

impl fmt::Display for EasternDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        let (hour, minute, second) = self.0.as_hms();
        write!(f, "{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", u8::from(month))
    }
}

/// Returns the clock times at which daylight saving begins and ends in a year.
fn daylight_saving(year: i32) -> Option<(PrimitiveDateTime, PrimitiveDateTime)> {
    let two = Time::from_hms(2, 0, 0).ok()?;
    let second_of_march = sunday(year, Month::March)? + Duration::WEEK;
    Some((PrimitiveDateTime::new(second_of_march, two), PrimitiveDateTime::new(sunday(year, Month::November)?, two)))
}

/// Returns the first Sunday of a month.
fn sunday(year: i32, month: Month) -> Option<Date> {
    let first = Date::from_calendar_date(year, month, 1).ok()?;
    let days = (7 - first.weekday().number_days_from_sunday()) % 7;
    first.checked_add(Duration::days(days.into()))
}

fn small(number: u16) -> Option<u8> {
    number.try_into().ok()
}
