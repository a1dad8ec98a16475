//! What Syncaroo is shown of an account: its id and its places. A place that the account no longer has is still listed,
//! as deleted, so the ids of all places that were ever shown are stored.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::{AccountPlaces, ConnectionId, PlaceStatus, SharedPlace, SharedResource, StoredGrant, StoredPlace};
use crate::server::{
    core::Core,
    ids::AccountId,
    storage::{self, provider_places},
};

/// The answer to `check_connection`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedConnection {
    connection_id: ConnectionId,
    user_id: AccountId,
    /// An object also when there are none.
    locations: BTreeMap<String, Location>,
}

#[derive(Debug, Serialize)]
struct Location {
    #[serde(rename = "ID")]
    id: String,
    name: String,
    status: PlaceStatus,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<SharedResource>,
}

/// Returns the connection, after storing which places are shown for the first time.
pub(super) async fn share(
    core: &Core,
    grant: &StoredGrant,
    places: AccountPlaces,
) -> storage::Result<SharedConnection> {
    let (account, connection_id) = (grant.account.id.clone(), grant.connection_id);
    let stored = provider_places::list(core.storage.reader(), &account, connection_id).await?;
    let changed = changed(&places.shared, &stored);
    if !changed.is_empty() {
        let account = account.clone();
        let put = core
            .storage
            .write(move |mut tx| async move { provider_places::put(&mut tx, &account, connection_id, &changed).await });
        put.await?;
    }
    Ok(SharedConnection { connection_id, user_id: account, locations: locations(places, stored) })
}

/// Returns the places that are not stored yet, or under another name.
fn changed(places: &[SharedPlace], stored: &[StoredPlace]) -> Vec<StoredPlace> {
    let names: HashMap<&str, &str> = stored.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
    let is_new = |place: &&SharedPlace| names.get(place.id.as_str()) != Some(&place.name.as_str());
    places.iter().filter(is_new).map(|one| StoredPlace { id: one.id.clone(), name: one.name.clone() }).collect()
}

fn locations(places: AccountPlaces, stored: Vec<StoredPlace>) -> BTreeMap<String, Location> {
    let AccountPlaces { shared, withheld, has_more } = places;
    let gone = stored.into_iter().map(|StoredPlace { id, name }| {
        let status = if has_more || withheld.contains(&id) { PlaceStatus::Private } else { PlaceStatus::Deleted };
        Location { id, name, status, resources: Vec::new() }
    });
    let current =
        shared.into_iter().map(|SharedPlace { id, name, status, resources }| Location { id, name, status, resources });
    // The later one wins.
    gone.chain(current).map(|location| (location.id.clone(), location)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str, resources: Vec<SharedResource>) -> SharedPlace {
        SharedPlace { id: id.into(), name: format!("Place {id}"), status: PlaceStatus::Active, resources }
    }

    fn stored(id: &str) -> StoredPlace {
        StoredPlace { id: id.into(), name: format!("Place {id}") }
    }

    #[test]
    fn a_place_that_is_gone_is_deleted_and_one_of_a_disabled_company_is_private() {
        let places = AccountPlaces {
            shared: vec![place("a", Vec::new())],
            withheld: ["c".into(), "d".into()].into(),
            has_more: false,
        };
        let all = locations(places, vec![stored("a"), stored("b"), stored("c")]);
        let json = serde_json::to_value(&all).unwrap();
        assert_eq!(json["a"]["status"], "active");
        assert_eq!(json["b"]["status"], "deleted");
        assert_eq!(json["c"]["status"], "private");
        assert_eq!(json.get("d"), None, "it was never shown");
    }

    #[test]
    fn a_place_beyond_the_limit_is_not_called_deleted() {
        let places = AccountPlaces { shared: vec![place("a", Vec::new())], has_more: true, ..Default::default() };
        let json = serde_json::to_value(locations(places, vec![stored("a"), stored("b")])).unwrap();
        assert_eq!((&json["a"]["status"], &json["b"]["status"]), (&"active".into(), &"private".into()));
    }

    #[test]
    fn each_place_repeats_its_id_and_only_one_with_resources_has_them() {
        let room = SharedResource {
            id: "7".into(),
            name: "Room".into(),
            status: PlaceStatus::Pending,
            kind: "meeting-room".into(),
        };
        let shared = vec![place("a", Vec::new()), place("b", vec![room])];
        let json = serde_json::to_value(locations(AccountPlaces { shared, ..Default::default() }, Vec::new())).unwrap();
        assert_eq!(json["a"], serde_json::json!({"ID": "a", "name": "Place a", "status": "active"}));
        let resources = serde_json::json!([{"ID": "7", "name": "Room", "status": "pending", "type": "meeting-room"}]);
        assert_eq!(json["b"]["resources"], resources);
    }
}
