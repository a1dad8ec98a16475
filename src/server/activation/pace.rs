//! How often Entrata is asked because of events, however many come: so often a minute for each company that they name, so often in all.
//! Kept in memory, by the one task that works them.

use std::collections::HashMap;

use crate::server::clock::Epoch;

/// Questions a minute for each company.
pub(super) const COMPANY: u32 = 4;
/// Questions a minute in all.
pub(super) const ALL: u32 = 20;
/// Seconds of a window.
const WINDOW: Epoch = 60;

#[derive(Default)]
pub(super) struct Pace {
    began: Epoch,
    all: u32,
    companies: HashMap<String, u32>,
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
    pub fn take(&mut self, company: &str, now: Epoch) -> Place {
        if now >= self.began + WINDOW || now < self.began {
            *self = Self { began: now, ..Self::default() };
        }
        let next = self.began + WINDOW;
        if self.all >= ALL {
            return Place::AllAt(next);
        }
        let of_company = self.companies.entry(company.to_owned()).or_default();
        if *of_company >= COMPANY {
            return Place::CompanyAt(next);
        }
        *of_company += 1;
        self.all += 1;
        Place::Now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_often_a_minute_for_a_company_and_in_all() {
        let mut pace = Pace::default();
        for n in 0..COMPANY {
            assert_eq!(pace.take("acme", 1000 + i64::from(n)), Place::Now);
        }
        assert_eq!(pace.take("acme", 1010), Place::CompanyAt(1060));
        for n in COMPANY..ALL {
            assert_eq!(pace.take(&format!("c{n}"), 1020), Place::Now);
        }
        assert_eq!(pace.take("beech", 1059), Place::AllAt(1060));
        assert_eq!(pace.take("acme", 1060), Place::Now);
    }
}
