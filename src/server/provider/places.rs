//! The places of an account, with ids that never change: the properties that the newest launches of the account's
//! identities named, and the places of its connections.

use std::collections::HashSet;

use super::{AccountPlaces, PlaceStatus, SharedPlace};
use crate::server::{
    account::{Account, may_enter},
    connection::{StoredPlace, System},
    digest::digest,
    identity::Identities,
    property_data::Place,
    storage::{self, Reader, connection_places, connection_places::PlacesOf},
};

/// Bytes of the issuer's hash in an id. There are only a few issuers.
const ISSUER_BYTES: usize = 6;

/// Most places of an account's connections that are shared.
const MAX_CONNECTED: i64 = 5_000;

/// Returns each place once, also when several identities of a company or several connections have it.
pub(super) async fn places_of(
    reader: &Reader,
    identities: &Identities,
    account: &Account,
) -> storage::Result<AccountPlaces> {
    let mut places = places_of_identities(identities, account).await?;
    let mut known: HashSet<_> = places.shared.iter().map(|place| place.id.clone()).collect();
    let connected = connection_places::list(reader, PlacesOf::Account(&account.id), &[], 0, MAX_CONNECTED).await?;
    places.has_more = connected.total > MAX_CONNECTED;
    for StoredPlace { system, place, .. } in connected.places {
        let id = connected_id(system, &place);
        if known.insert(id.clone()) {
            let status = if place.disabled { PlaceStatus::Private } else { PlaceStatus::Active };
            places.shared.push(SharedPlace { id, name: place.name, status, resources: Vec::new() });
        }
    }
    Ok(places)
}

async fn places_of_identities(identities: &Identities, account: &Account) -> storage::Result<AccountPlaces> {
    let (mut places, mut known) = (AccountPlaces::default(), HashSet::new());
    for linked in identities.linked_to(account).await? {
        let identity = linked.identity;
        let may_share = may_enter(account, identity.company_status).is_ok();
        for property in identity.properties() {
            let id = entrata_id(&identity.issuer, &identity.subdomain, &property.id);
            if !may_share {
                places.withheld.insert(id);
            } else if known.insert(id.clone()) {
                let (name, status) = (property.name, PlaceStatus::Active);
                places.shared.push(SharedPlace { id, name, status, resources: Vec::new() });
            }
        }
    }
    Ok(places)
}

/// `{hash of the issuer}.{subdomain}.{property}`: unique, since neither hash nor subdomain has a dot, and the same
/// whichever rows the identity has had. The person can unlink and link again without changing it.
fn entrata_id(issuer: &str, subdomain: &str, property: &str) -> String {
    let hash = digest("provider issuer", issuer.as_bytes());
    let hash: String = hash.iter().take(ISSUER_BYTES).map(|byte| format!("{byte:02x}")).collect();
    format!("{hash}.{subdomain}.{property}")
}

/// `{system}.{kind}.{id}`: a system numbers the places of a kind, so that the id is the same after connecting again.
fn connected_id(system: System, place: &Place) -> String {
    format!("{}.{}.{}", system.name(), place.kind, place.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_property_id_at_another_company_or_issuer_is_another_place() {
        let (one, other) = ("https://sync.entrata.com", "https://sandbox.entrata.com");
        let ids = [
            entrata_id(one, "acme", "7"),
            entrata_id(one, "beech", "7"),
            entrata_id(one, "acme-7", "7"),
            entrata_id(one, "acme", "7.7"),
            entrata_id(other, "acme", "7"),
        ];
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        // Syncaroo has stored it: it must never change.
        assert_eq!(ids[0], "efd943451825.acme.7");
    }
}
