//! What a call is about, once it may ask: rows that can be made without the world, one at a time.

use super::super::answer::Answer;
use super::super::check::{NO_PERMISSION, Refusal, refusal};
use super::super::company::Property;
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
}

enum Rows {
    /// Those of the page already.
    Properties(Vec<Property>),
    Customers(House),
    Leases(House),
}

impl State {
    pub(super) fn find(&self, call: &ServiceCall, grant: &Grant) -> Result<Found, Refusal> {
        let seen = self.staff(&grant.subdomain, &grant.user_id).map(|staff| staff.properties.as_slice());
        let seen = seen.map_or_else(|| refusal(401, "The user is gone."), Ok)?;
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
        Ok(Found { slice, rows: Rows::Properties(page) })
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
        let house = House::new(&call.subdomain, id, residents, Place::of(&property.address));
        let (total, rows): (_, fn(House) -> Rows) = match method {
            Method::GetLeases => (house.leases(), Rows::Leases),
            _ => (residents, Rows::Customers),
        };
        Ok(Found { slice: call.slice(total)?, rows: rows(house) })
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
                let people = range.clone().map(|index| customer::row(&house, house.resident(index)));
                reply::list(&PEOPLE, people, style, told(&PEOPLE))
            }
            Rows::Leases(house) => {
                let leases = range.clone().map(|number| lease::row(&house, number));
                reply::list(&LEASES, leases, style, told(&LEASES))
            }
        }
    }
}
