//! The places of an account, with ids that never change. Today's only source is Entrata: the properties that the newest
//! launches of the account's identities named. Sources to come add theirs in [`places_of`].

use std::collections::HashSet;

use super::{AccountPlaces, PlaceStatus, SharedPlace};
use crate::server::{
    account::{Account, may_enter},
    digest::digest,
    identity::Identities,
    storage,
};

/// Bytes of the issuer's hash in an id. There are only a few issuers.
const ISSUER_BYTES: usize = 6;

/// Returns each place once, also when several identities of a company have it.
pub(super) async fn places_of(identities: &Identities, account: &Account) -> storage::Result<AccountPlaces> {
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
