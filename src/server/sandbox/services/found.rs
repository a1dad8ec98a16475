//! What a call is about, once it may ask: rows that can be made without the world, one at a time.

use super::super::answer::Answer;
use super::super::check::{NO_PERMISSION, Refusal, refusal};
use super::super::company::Property;
use super::super::fault::Fault;
use super::super::received::Method;
use super::super::world::{Grant, State};
use super::asked::ServiceCall;
use super::paging::Slice;
use super::property::Place;
use super::reply::{self, LEASES, Listing, PEOPLE, PROPERTIES, Style};
use super::resident::House;
use super::{customer, lease, property};

pub(super) struct Found {
    pub(super) slice: Slice,
    rows: Rows,
    /// Another property, whose first row comes along with each page.
    stray: Option<House>,
}

enum Rows {
    /// Those of the page already.
    Properties(Vec<Property>),
    Customers(House),
    Leases(House),
}

impl ServiceCall {
    /// Whether the rights of the user are left out of account.
    fn ignores_rights(&self) -> bool {
        self.faults.contains(&Fault::RightsIgnored)
    }
}

impl State {
    pub(super) fn find(&self, call: &ServiceCall, grant: &Grant) -> Result<Found, Refusal> {
        let seen = self.staff(&grant.subdomain, &grant.user_id).map(|staff| staff.properties.as_slice());
        let seen = seen.map_or_else(|| refusal(401, "The user is gone."), Ok)?;
        let all = self.all_properties(&grant.subdomain);
        let seen = if call.ignores_rights() { all.as_slice() } else { seen };
        let wanted = call.asked.properties()?;
        match Method::of_resource(&call.resource) {
            Some(Method::GetProperties) => self.find_properties(call, seen, wanted.as_deref()),
            Some(method) => self.find_house(call, seen, wanted.as_deref(), method),
            None => refusal(404, "There is no such service."),
        }
    }

    fn find_properties(&self, call: &ServiceCall, seen: &[Property], wanted: Option<&[u64]>) -> Result<Found, Refusal> {
        let subdomain = &call.subdomain;
        for id in wanted.into_iter().flatten() {
            self.readable_property(subdomain, seen, *id)?;
        }
        let is_wanted = |property: &&Property| wanted.is_none_or(|ids| ids.contains(&property.id));
        let may_be_read = |property: &&Property| !self.estate.is_forbidden(subdomain, property.id);
        let all: Vec<_> = seen.iter().filter(is_wanted).filter(may_be_read).collect();
        let slice = call.slice(all.len() as u64)?;
        let at = |index: u64| usize::try_from(index).unwrap_or(usize::MAX);
        let page = all.into_iter().take(at(slice.rows.end)).skip(at(slice.rows.start)).cloned().collect();
        Ok(Found { slice, rows: Rows::Properties(page), stray: None })
    }

    fn find_house(
        &self,
        call: &ServiceCall,
        seen: &[Property],
        wanted: Option<&[u64]>,
        method: Method,
    ) -> Result<Found, Refusal> {
        let Some(&[id]) = wanted else {
            return refusal(400, "Exactly one property id is required.");
        };
        let property = self.readable_property(&call.subdomain, seen, id)?;
        let residents = self.estate.residents(&call.subdomain, id);
        let house = |property: &Property| {
            let residents = self.estate.residents(&call.subdomain, property.id);
            House::new(&call.subdomain, property.id, residents, Place::of(&property.address))
        };
        let stray = seen.iter().find(|other| call.ignores_rights() && other.id != id).map(house);
        let house = house(property);
        let (total, rows): (_, fn(House) -> Rows) = match method {
            Method::GetLeases => (house.leases(), Rows::Leases),
            _ => (residents, Rows::Customers),
        };
        Ok(Found { slice: call.slice(total)?, rows: rows(house), stray })
    }

    /// Those that anybody of the company may see, each once.
    fn all_properties(&self, subdomain: &str) -> Vec<Property> {
        let staff = self.company(subdomain).into_iter().flat_map(|company| &company.staff);
        let mut all: Vec<Property> = staff.flat_map(|staff| &staff.properties).cloned().collect();
        all.sort_by_key(|property| property.id);
        all.dedup_by_key(|property| property.id);
        all
    }

    /// A property that both the user and the app may see.
    fn readable_property<'a>(&self, subdomain: &str, seen: &'a [Property], id: u64) -> Result<&'a Property, Refusal> {
        let found = seen.iter().find(|property| property.id == id);
        found.filter(|_| !self.estate.is_forbidden(subdomain, id)).ok_or(NO_PERMISSION)
    }
}

impl Found {
    pub(super) fn answer(self, style: &Style<'_>) -> Answer {
        let Slice { rows: range, total, .. } = self.slice;
        let told = |listing: &Listing| format!("Gave {} of {total} {}.", range.end - range.start, listing.plural);
        match self.rows {
            Rows::Properties(page) => {
                reply::list(&PROPERTIES, page.iter().map(property::row), style, told(&PROPERTIES))
            }
            Rows::Customers(house) => {
                let names = self.stray.is_some();
                let people = range.clone().map(|index| customer::row(&house, house.resident(index), names));
                let stray = self.stray.iter().map(|other| customer::row(other, other.resident(0), names));
                // The first resident also stands in the other property, under the same id, and that row comes first.
                let twin = self.stray.iter().map(|other| customer::row(other, house.resident(0), names));
                reply::list(&PEOPLE, twin.chain(people).chain(stray), style, told(&PEOPLE))
            }
            Rows::Leases(house) => {
                let leases = range.clone().map(|number| lease::row(&house, number));
                let stray = self.stray.iter().map(|other| lease::row(other, 0));
                reply::list(&LEASES, leases.chain(stray), style, told(&LEASES))
            }
        }
    }
}
