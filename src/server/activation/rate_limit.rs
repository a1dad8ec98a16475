//! Limits the calls to Entrata that events cause, however many events come: per minute and company, and per minute in
//! all. Code exchanges and checks have separate limits, since made-up codes turn into reports that need checks. Kept in
//! memory by the one task that processes events.

use std::{collections::HashMap, time::Duration};

use super::EventState;
use crate::server::clock::Epoch;

/// A call to Entrata that an event causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Call {
    /// The exchange of a code.
    Code,
    /// A check of a company's web services.
    Check,
}

impl Call {
    /// The state of the events that need this call.
    pub fn state(self) -> EventState {
        match self {
            Self::Code => EventState::Waiting,
            Self::Check => EventState::Reported,
        }
    }

    /// Calls per minute for one company; both kinds together make four.
    fn per_minute_and_company(self) -> u32 {
        match self {
            Self::Code => 3,
            Self::Check => 1,
        }
    }

    /// Calls per minute for all companies; both kinds together make twenty.
    pub fn per_minute(self) -> u32 {
        match self {
            Self::Code => 16,
            Self::Check => 4,
        }
    }
}

const WINDOW: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(super) struct CallRateLimit {
    /// The uptime at which the current minute began.
    began: Duration,
    all: HashMap<Call, u32>,
    companies: HashMap<(Call, String), u32>,
}

/// Whether one more call may be made.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Now,
    /// No call for this company for that many seconds.
    RetryCompanyIn(Epoch),
    /// No call for any company this minute.
    LimitReached,
}

impl CallRateLimit {
    /// Counts a call for a company, if the limits allow it. `company` is its subdomain or `cid`.
    pub fn take(&mut self, call: Call, company: &str, uptime: Duration) -> Admission {
        if uptime >= self.began + WINDOW {
            *self = Self { began: uptime, ..Self::default() };
        }
        let all = self.all.entry(call).or_default();
        if *all >= call.per_minute() {
            return Admission::LimitReached;
        }
        let per_minute_and_company = self.companies.entry((call, company.to_owned())).or_default();
        if *per_minute_and_company >= call.per_minute_and_company() {
            let left = (self.began + WINDOW).saturating_sub(uptime).as_millis().div_ceil(1000);
            return Admission::RetryCompanyIn(Epoch::try_from(left).unwrap_or(1));
        }
        *per_minute_and_company += 1;
        *all += 1;
        Admission::Now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_limited_per_minute_for_a_company_and_in_all() {
        let (mut rate_limit, code) = (CallRateLimit::default(), Call::Code);
        let at = Duration::from_secs;
        for n in 0..code.per_minute_and_company() {
            assert_eq!(rate_limit.take(code, "acme", at(1000 + u64::from(n))), Admission::Now);
        }
        assert_eq!(rate_limit.take(code, "acme", at(1010)), Admission::RetryCompanyIn(50));
        for n in code.per_minute_and_company()..code.per_minute() {
            assert_eq!(rate_limit.take(code, &format!("c{n}"), at(1020)), Admission::Now);
        }
        assert_eq!(rate_limit.take(code, "beech", at(1059)), Admission::LimitReached);
        assert_eq!(
            rate_limit.take(Call::Check, "acme", at(1059)),
            Admission::Now,
            "code exchanges and checks have separate limits"
        );
        assert_eq!(rate_limit.take(Call::Check, "acme", at(1059)), Admission::RetryCompanyIn(1));
        assert_eq!(rate_limit.take(code, "acme", at(1060)), Admission::Now);
    }
}
