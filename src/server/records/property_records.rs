//! The records of one property: finds the property and its residents, and reads its lists again.

use super::{
    Lease, Place, PropertyRow, PropertyStatus, ReadError, Records, Reload, Resident, State,
    loading::{List, wait_until_read},
    property_row,
};
use crate::server::{identity::Identity, property_data::is_id};
use tokio::sync::watch;

/// A property that the identity may see.
pub struct FoundProperty {
    pub row: PropertyRow,
    /// What Entrata lists of it, if that was read.
    pub listed: Option<Place>,
}

impl Records {
    /// Finds a property among those that the newest launch named. Does not call Entrata for any other id.
    pub fn find_property(&self, identity: &Identity, property: &str) -> Option<FoundProperty> {
        if !is_id(property) || !identity.may_see(property) {
            return None;
        }
        let cached = self.properties(identity, Reload::IfStale).borrow().cached.clone();
        let (row, listed) = property_row(identity, property, cached.as_ref())?;
        Some(FoundProperty { row, listed })
    }

    /// Returns the residents of a property. Does not request them where the app may not read the property.
    pub fn residents_of(&self, identity: &Identity, property: &PropertyRow) -> List<Resident> {
        match property.status {
            PropertyStatus::NotPermitted => watch::channel(State::failed(ReadError::NotPermitted)).1,
            _ => self.residents(identity, &property.id, Reload::IfStale),
        }
    }

    /// Reads the residents of a property again, and waits a short time for the result.
    pub async fn refresh_residents(&self, identity: &Identity, property: &str) {
        wait_until_read([self.residents(identity, property, Reload::Now)]).await;
    }

    /// Reads the residents and leases of a property again, and waits a short time for the leases.
    pub async fn refresh_leases(&self, identity: &Identity, property: &str) {
        drop(self.residents(identity, property, Reload::Now));
        wait_until_read([self.leases(identity, property, Reload::Now)]).await;
    }
}

/// Finds a resident with their leases. `None` if the list has no such resident, or is not loaded.
pub fn find_resident(
    residents: &State<Resident>,
    leases: &State<Lease>,
    resident: &str,
) -> Option<(Resident, Vec<Lease>)> {
    let found = residents.find(resident)?.clone();
    let is_theirs =
        |lease: &&Lease| lease.people.iter().any(|person| person.id == found.id) || found.leases.contains(&lease.id);
    let leases = leases.rows().iter().filter(is_theirs).cloned().collect();
    Some((found, leases))
}
