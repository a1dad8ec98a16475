//! How often Entrata is asked because of events, however many come: so often a minute for each company that they name, so often in all.
//! Codes and checks have a share each, since made-up codes leave reports behind that want to be checked. Kept in memory, by the one task
//! that works them.

use std::collections::HashMap;

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

/// Seconds of a window.
const WINDOW: Epoch = 60;

#[derive(Default)]
pub(super) struct Pace {
    began: Epoch,
    all: HashMap<Question, u32>,
    companies: HashMap<(Question, String), u32>,
}

/// Whether one more may be asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    Now,
    /// Of this company no more before this time.
    CompanyAt(Epoch),
    /// None at all before this time.
    AllAt(Epoch),
}

impl Pace {
    /// Takes a place for a company, by what events name it by.
    pub fn take(&mut self, question: Question, company: &str, now: Epoch) -> Place {
        if now >= self.began + WINDOW || now < self.began {
            *self = Self { began: now, ..Self::default() };
        }
        let next = self.began + WINDOW;
        let all = self.all.entry(question).or_default();
        if *all >= question.in_all() {
            return Place::AllAt(next);
        }
        let of_company = self.companies.entry((question, company.to_owned())).or_default();
        if *of_company >= question.of_company() {
            return Place::CompanyAt(next);
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
        for n in 0..code.of_company() {
            assert_eq!(pace.take(code, "acme", 1000 + i64::from(n)), Place::Now);
        }
        assert_eq!(pace.take(code, "acme", 1010), Place::CompanyAt(1060));
        for n in code.of_company()..code.in_all() {
            assert_eq!(pace.take(code, &format!("c{n}"), 1020), Place::Now);
        }
        assert_eq!(pace.take(code, "beech", 1059), Place::AllAt(1060));
        assert_eq!(pace.take(Question::Check, "acme", 1059), Place::Now, "codes take no place from checks");
        assert_eq!(pace.take(Question::Check, "acme", 1059), Place::CompanyAt(1060));
        assert_eq!(pace.take(code, "acme", 1060), Place::Now);
    }
}
