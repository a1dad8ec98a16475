//! How often Entrata is asked because of events, however many come: so often a minute for each company that they name, so often in all.
//! Codes and checks have a share each, since made-up codes leave reports behind that want to be checked. Kept in memory, by the one task
//! that works them.

use std::{collections::HashMap, time::Duration};

use super::State;
use crate::server::clock::Epoch;

/// What is asked of Entrata because of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// The exchange of a code.
    Code,
    /// A company's web services, whether they answer.
    Check,
}

impl Question {
    /// The state of the events that it is asked about.
    pub fn state(self) -> State {
        match self {
            Self::Code => State::Waiting,
            Self::Check => State::Reported,
        }
    }

    /// So many a minute for each company: four together.
    fn of_company(self) -> u32 {
        match self {
            Self::Code => 3,
            Self::Check => 1,
        }
    }

    /// So many a minute in all: twenty together.
    pub fn in_all(self) -> u32 {
        match self {
            Self::Code => 16,
            Self::Check => 4,
        }
    }
}

const WINDOW: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(super) struct Pace {
    /// At which uptime the minute began.
    began: Duration,
    all: HashMap<Question, u32>,
    companies: HashMap<(Question, String), u32>,
}

/// Whether one more may be asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    Now,
    /// Of this company no more for so many seconds.
    CompanyIn(Epoch),
    /// None at all for now.
    NoMore,
}

impl Pace {
    /// Takes a place for a company, by what events name it by.
    pub fn take(&mut self, question: Question, company: &str, uptime: Duration) -> Place {
        if uptime >= self.began + WINDOW {
            *self = Self { began: uptime, ..Self::default() };
        }
        let all = self.all.entry(question).or_default();
        if *all >= question.in_all() {
            return Place::NoMore;
        }
        let of_company = self.companies.entry((question, company.to_owned())).or_default();
        if *of_company >= question.of_company() {
            let left = (self.began + WINDOW).saturating_sub(uptime).as_millis().div_ceil(1000);
            return Place::CompanyIn(Epoch::try_from(left).unwrap_or(1));
        }
        *of_company += 1;
        *all += 1;
        Place::Now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_often_a_minute_for_a_company_and_in_all() {
        let (mut pace, code) = (Pace::default(), Question::Code);
        let at = Duration::from_secs;
        for n in 0..code.of_company() {
            assert_eq!(pace.take(code, "acme", at(1000 + u64::from(n))), Place::Now);
        }
        assert_eq!(pace.take(code, "acme", at(1010)), Place::CompanyIn(50));
        for n in code.of_company()..code.in_all() {
            assert_eq!(pace.take(code, &format!("c{n}"), at(1020)), Place::Now);
        }
        assert_eq!(pace.take(code, "beech", at(1059)), Place::NoMore);
        assert_eq!(pace.take(Question::Check, "acme", at(1059)), Place::Now, "codes take no place from checks");
        assert_eq!(pace.take(Question::Check, "acme", at(1059)), Place::CompanyIn(1));
        assert_eq!(pace.take(code, "acme", at(1060)), Place::Now);
    }
}
