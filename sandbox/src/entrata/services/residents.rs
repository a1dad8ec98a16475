//! The residents and leases of a property, derived from company, property and index. Of five residents in a row, the
//! first two share a lease, so five residents have four leases.

use super::names::{FIRST_NAMES, LAST_NAMES, UNUSUAL_NAMES, UNUSUAL_NAMES_START};
use super::property::PostalAddress;
use crate::generator::Generator;

pub(super) struct PropertyResidents {
    subdomain: String,
    pub(super) property_id: u64,
    pub(super) count: u64,
    pub(super) address: PostalAddress,
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
    /// `MM/DD/YYYY`.
    pub(super) start_date: String,
    pub(super) end_date: String,
    pub(super) rent_cents: u64,
}

/// The percentage of leases with each status.
const STATUSES: [(u64, &str); 5] = [(68, "Current"), (8, "Notice"), (8, "Future"), (10, "Past"), (6, "Applicant")];

impl PropertyResidents {
    pub(super) fn new(subdomain: &str, property_id: u64, count: u64, address: PostalAddress) -> Self {
        Self { subdomain: subdomain.to_owned(), property_id, count, address }
    }

    pub(super) fn lease_count(&self) -> u64 {
        if self.count == 0 { 0 } else { lease_number(self.count - 1) + 1 }
    }

    /// Returns the residents on a lease.
    pub(super) fn tenants(&self, lease: u64) -> impl Iterator<Item = Resident> {
        let is_shared = lease.is_multiple_of(4);
        let first = lease / 4 * 5 + lease % 4 + u64::from(!is_shared);
        let last = if is_shared { first + 1 } else { first };
        (first..=last).filter(|index| *index < self.count).map(|index| self.resident(index))
    }

    pub(super) fn resident(&self, index: u64) -> Resident {
        let mut generator = Generator::new(&self.subdomain, self.property_id * 100_000 + index);
        let unusual =
            index.checked_sub(UNUSUAL_NAMES_START).and_then(|index| UNUSUAL_NAMES.get(usize::try_from(index).ok()?));
        let (first_name, last_name) =
            unusual.copied().unwrap_or_else(|| (generator.choose(FIRST_NAMES), generator.choose(LAST_NAMES)));
        let id = self.property_id * 100_000 + index + 1;
        Resident {
            id,
            first_name: (!generator.one_in(40)).then(|| first_name.to_owned()),
            last_name: last_name.to_owned(),
            email: (!generator.one_in(9)).then(|| format!("resident{id}@example.com")),
            phone: (!generator.one_in(7)).then(|| phone_number(&mut generator)),
            lease: self.lease(lease_number(index)),
        }
    }

    pub(super) fn lease(&self, number: u64) -> Lease {
        let mut generator = Generator::new("lease", self.property_id * 100_000 + number);
        let status = status(generator.below(100));
        let building = number / 48;
        let unit = (number % 48 / 12 + 1) * 100 + number % 12 + 1;
        let (year, month, day) = (2023 + generator.below(4), 1 + generator.below(12), 1 + generator.below(28));
        Lease {
            id: 7_000_000_000_000 + self.property_id * 100_000 + number,
            status,
            unit: (!generator.one_in(20)).then(|| unit.to_string()),
            unit_id: self.property_id * 10_000 + number,
            building: (!generator.one_in(6)).then(|| format!("Building {}", building + 1)),
            start_date: format!("{month:02}/{day:02}/{year}"),
            end_date: format!("{month:02}/{day:02}/{}", year + 1),
            rent_cents: 80_000 + generator.below(240_000),
        }
    }
}

fn phone_number(generator: &mut Generator) -> String {
    format!("({}) 555-{:04}", 200 + generator.below(700), generator.below(10_000))
}

/// Returns the status for a percentile from 0 to 99.
fn status(percentile: u64) -> &'static str {
    let mut upper_bound = 0;
    let status = STATUSES.iter().find(|(percentage, _)| {
        upper_bound += percentage;
        percentile < upper_bound
    });
    status.map_or("Current", |(_, name)| name)
}

/// Returns the lease of the resident with this index.
fn lease_number(resident: u64) -> u64 {
    resident / 5 * 4 + (resident % 5).saturating_sub(1)
}
