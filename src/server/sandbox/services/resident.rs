//! The residents of a property, each made from the company, the property and a number, always the same. Of five in a row the first two
//! share a lease, so that there are four leases to five residents.

use super::super::dice::Dice;
use super::names::{FIRST, LAST, UNUSUAL, UNUSUAL_FROM};
use super::property::Place;

/// A property and how many live there.
pub(super) struct House {
    subdomain: String,
    pub(super) property_id: u64,
    residents: u64,
    pub(super) place: Place,
}

pub(super) struct Resident {
    pub(super) id: u64,
    pub(super) first_name: Option<String>,
    pub(super) last_name: String,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) lease: Lease,
}

pub(super) struct Lease {
    pub(super) id: u64,
    pub(super) status: &'static str,
    pub(super) unit: Option<String>,
    pub(super) unit_id: u64,
    pub(super) building: Option<String>,
    pub(super) begins: String,
    pub(super) ends: String,
    pub(super) rent_cents: u64,
}

/// Out of a hundred: how many leases are what.
const STATUSES: [(u64, &str); 5] = [(68, "Current"), (8, "Notice"), (8, "Future"), (10, "Past"), (6, "Applicant")];

impl House {
    pub(super) fn new(subdomain: &str, property_id: u64, residents: u64, place: Place) -> Self {
        Self { subdomain: subdomain.to_owned(), property_id, residents, place }
    }

    pub(super) fn leases(&self) -> u64 {
        if self.residents == 0 { 0 } else { lease_of(self.residents - 1) + 1 }
    }

    /// Who stands on a lease.
    pub(super) fn tenants(&self, lease: u64) -> impl Iterator<Item = Resident> {
        let first = lease / 4 * 5 + lease % 4 + u64::from(!lease.is_multiple_of(4));
        let last = if lease.is_multiple_of(4) { first + 1 } else { first };
        (first..=last).filter(|index| *index < self.residents).map(|index| self.resident(index))
    }

    pub(super) fn resident(&self, index: u64) -> Resident {
        let mut dice = Dice::of(&self.subdomain, self.property_id * 100_000 + index);
        let unusual = index.checked_sub(UNUSUAL_FROM).and_then(|at| UNUSUAL.get(usize::try_from(at).ok()?));
        let (first, last) = unusual.copied().unwrap_or_else(|| (dice.pick(FIRST), dice.pick(LAST)));
        let id = self.property_id * 100_000 + index + 1;
        Resident {
            id,
            first_name: (!dice.one_in(40)).then(|| first.to_owned()),
            last_name: last.to_owned(),
            email: (!dice.one_in(9)).then(|| format!("resident{id}@example.com")),
            phone: (!dice.one_in(7)).then(|| format!("({}) 555-{:04}", 200 + dice.below(700), dice.below(10_000))),
            lease: self.lease(lease_of(index)),
        }
    }

    pub(super) fn lease(&self, number: u64) -> Lease {
        let mut dice = Dice::of("lease", self.property_id * 100_000 + number);
        let mut left = dice.below(100);
        let status = STATUSES.iter().find(|(share, _)| {
            let is_it = left < *share;
            left = left.saturating_sub(*share);
            is_it
        });
        let building = number / 48;
        let unit = (number % 48 / 12 + 1) * 100 + number % 12 + 1;
        let (year, month, day) = (2023 + dice.below(4), 1 + dice.below(12), 1 + dice.below(28));
        Lease {
            id: 7_000_000_000_000 + self.property_id * 100_000 + number,
            status: status.map_or("Current", |(_, name)| name),
            unit: (!dice.one_in(20)).then(|| unit.to_string()),
            unit_id: self.property_id * 10_000 + number,
            building: (!dice.one_in(6)).then(|| format!("Building {}", building + 1)),
            begins: format!("{month:02}/{day:02}/{year}"),
            ends: format!("{month:02}/{day:02}/{}", year + 1),
            rent_cents: 80_000 + dice.below(240_000),
        }
    }
}

fn lease_of(resident: u64) -> u64 {
    resident / 5 * 4 + (resident % 5).saturating_sub(1)
}
