//! How often Entrata is asked because of events, however many come: so often a minute for each company that they name, so often in all.
//! Codes and checks have a share each, since made-up codes leave reports behind that want to be checked. Kept in memory, by the one task
//! that works them.

use std::{collections::HashMap, time::Duration};

use super::EventState;
use crate::server::clock::Epoch;

/// What is asked of Entrata because of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Call {
    /// The exchange of a code.
    Code,
    /// A company's web services, whether they answer.
    Check,
}

impl Call {
    /// The state of the events that it is asked about.
    pub fn state(self) -> EventState {
        match self {
            Self::Code => EventState::Waiting,
            Self::Check => EventState::Reported,
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
pub(super) struct EventRateLimit {
    /// At which uptime the minute began.
    began: Duration,
    all: HashMap<Call, u32>,
    companies: HashMap<(Call, String), u32>,
}

/// Whether one more may be asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Now,
    /// Of this company no more for so many seconds.
    CompanyIn(Epoch),
    /// None at all for now.
    NoMore,
}

impl EventRateLimit {
    /// Takes a place for a company, by what events name it by.
    pub fn take(&mut self, question: Call, company: &str, uptime: Duration) -> Admission {
        if uptime >= self.began + WINDOW {
            *self = Self { began: uptime, ..Self::default() };
        }
        let all = self.all.entry(question).or_default();
        if *all >= question.in_all() {
            return Admission::NoMore;
        }
        let of_company = self.companies.entry((question, company.to_owned())).or_default();
        if *of_company >= question.of_company() {
            let left = (self.began + WINDOW).saturating_sub(uptime).as_millis().div_ceil(1000);
            return Admission::CompanyIn(Epoch::try_from(left).unwrap_or(1));
        }
        *of_company += 1;
        *all += 1;
        Admission::Now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_often_a_minute_for_a_company_and_in_all() {
        let (mut rate_limit, code) = (EventRateLimit::default(), Call::Code);
        let at = Duration::from_secs;
        for n in 0..code.of_company() {
            assert_eq!(rate_limit.take(code, "acme", at(1000 + u64::from(n))), Admission::Now);
        }
        assert_eq!(rate_limit.take(code, "acme", at(1010)), Admission::CompanyIn(50));
        for n in code.of_company()..code.in_all() {
            assert_eq!(rate_limit.take(code, &format!("c{n}"), at(1020)), Admission::Now);
        }
        assert_eq!(rate_limit.take(code, "beech", at(1059)), Admission::NoMore);
        assert_eq!(rate_limit.take(Call::Check, "acme", at(1059)), Admission::Now, "codes take no place from checks");
        assert_eq!(rate_limit.take(Call::Check, "acme", at(1059)), Admission::CompanyIn(1));
        assert_eq!(rate_limit.take(code, "acme", at(1060)), Admission::Now);
    }
}
