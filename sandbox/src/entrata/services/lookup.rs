//! Finds the list that a call asks for, within what the user and the app may see.

use super::list::{List, Rows};
use super::page::Page;
use super::property::PostalAddress;
use super::request::ServiceRequest;
use super::residents::PropertyResidents;
use crate::entrata::company::Property;
use crate::entrata::error::{ApiError, fail};
use crate::entrata::faults::Fault;
use crate::entrata::grant::Grant;
use crate::entrata::method::Method;
use crate::entrata::state::State;

/// Who calls, what for, and which properties they may see.
struct Lookup<'a> {
    state: &'a State,
    request: &'a ServiceRequest,
    faults: &'a [Fault],
    visible: &'a [Property],
}

pub(super) fn list(state: &State, request: &ServiceRequest, grant: &Grant, faults: &[Fault]) -> Result<List, ApiError> {
    let Some(staff) = state.staff(&grant.subdomain, &grant.user_id) else {
        return fail(401, "The user no longer exists.");
    };
    let all = all_properties(state, &grant.subdomain);
    let visible = if faults.contains(&Fault::RightsIgnored) { &all } else { &staff.properties };
    let lookup = Lookup { state, request, faults, visible };
    let ids = request.property_ids()?;
    match request.method() {
        Some(Method::GetProperties) => lookup.properties(ids.as_deref()),
        Some(method) => lookup.residents_or_leases(method, ids.as_deref()),
        None => fail(404, "There is no such service."),
    }
}

/// Returns every property that somebody of the company may see, each once.
fn all_properties(state: &State, subdomain: &str) -> Vec<Property> {
    let staff = state.company(subdomain).into_iter().flat_map(|company| &company.staff);
    let mut all: Vec<Property> = staff.flat_map(|staff| &staff.properties).cloned().collect();
    all.sort_by_key(|property| property.id);
    all.dedup_by_key(|property| property.id);
    all
}

impl Lookup<'_> {
    fn properties(&self, ids: Option<&[u64]>) -> Result<List, ApiError> {
        for id in ids.into_iter().flatten() {
            self.readable_property(*id)?;
        }
        let is_requested = |property: &&Property| ids.is_none_or(|ids| ids.contains(&property.id));
        let is_readable =
            |property: &&Property| !self.state.services.is_forbidden(&self.request.subdomain, property.id);
        let all: Vec<_> = self.visible.iter().filter(is_requested).filter(is_readable).collect();
        let page = Page::of_request(self.request, all.len() as u64, self.faults)?;
        let index = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
        let (start, end) = (index(page.rows.start), index(page.rows.end));
        let properties = all.into_iter().take(end).skip(start).cloned().collect();
        Ok(List { page, rows: Rows::Properties(properties), stray: None })
    }

    fn residents_or_leases(&self, method: Method, ids: Option<&[u64]>) -> Result<List, ApiError> {
        let Some(&[id]) = ids else {
            return fail(400, "Exactly one property id is required.");
        };
        let residents = self.residents(self.readable_property(id)?);
        let ignores_rights = self.faults.contains(&Fault::RightsIgnored);
        let stray = self.visible.iter().find(|other| ignores_rights && other.id != id);
        let (total, rows): (_, fn(PropertyResidents) -> Rows) = match method {
            Method::GetLeases => (residents.lease_count(), Rows::Leases),
            _ => (residents.count, Rows::Customers),
        };
        let page = Page::of_request(self.request, total, self.faults)?;
        Ok(List { page, rows: rows(residents), stray: stray.map(|other| self.residents(other)) })
    }

    fn residents(&self, property: &Property) -> PropertyResidents {
        let subdomain = &self.request.subdomain;
        let count = self.state.services.residents(subdomain, property.id);
        PropertyResidents::new(subdomain, property.id, count, PostalAddress::parse(&property.address))
    }

    /// Returns a property if both the user and the app may read it.
    fn readable_property(&self, id: u64) -> Result<&Property, ApiError> {
        let property = self.visible.iter().find(|property| property.id == id);
        let is_forbidden = self.state.services.is_forbidden(&self.request.subdomain, id);
        property.filter(|_| !is_forbidden).ok_or(ApiError::NO_PERMISSION)
    }
}
