//! A page of a list. Its rows are generated one by one while the reply is written.

use super::envelope::{self, Envelope, ListNames};
use super::page::Page;
use super::residents::PropertyResidents;
use super::{customer, lease, property};
use crate::entrata::company::Property;
use crate::entrata::reply::Reply;

pub(super) struct List {
    pub(super) page: Page,
    pub(super) rows: Rows,
    /// With the fault `rights-ignored`: another property, whose first row every page includes.
    pub(super) stray: Option<PropertyResidents>,
}

pub(super) enum Rows {
    /// Only those of the page.
    Properties(Vec<Property>),
    Customers(PropertyResidents),
    Leases(PropertyResidents),
}

impl List {
    pub(super) fn reply(self, envelope: &Envelope<'_>) -> Reply {
        let Page { rows: range, total, .. } = self.page;
        let outcome = |names: &ListNames| format!("Returned {} of {total} {}.", range.end - range.start, names.plural);
        match self.rows {
            Rows::Properties(page) => {
                let names = &ListNames::PROPERTIES;
                envelope::list_reply(names, page.iter().map(property::row), envelope, outcome(names))
            }
            Rows::Customers(residents) => {
                let names = &ListNames::CUSTOMERS;
                let includes_property = self.stray.is_some();
                let customer = |index| customer::row(&residents, residents.resident(index), includes_property);
                // The first resident also appears at the other property, with the same ID, and before the right row.
                let first = |other| customer::row(other, residents.resident(0), includes_property);
                let duplicate = self.stray.iter().map(first);
                let stray = self.stray.iter().map(|other| customer::row(other, other.resident(0), includes_property));
                let rows = duplicate.chain(range.clone().map(customer)).chain(stray);
                envelope::list_reply(names, rows, envelope, outcome(names))
            }
            Rows::Leases(residents) => {
                let names = &ListNames::LEASES;
                let stray = self.stray.iter().map(|other| lease::row(other, 0));
                let rows = range.clone().map(|number| lease::row(&residents, number)).chain(stray);
                envelope::list_reply(names, rows, envelope, outcome(names))
            }
        }
    }
}
