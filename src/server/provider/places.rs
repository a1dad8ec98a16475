//! The places of an account, with ids that never change. Today's only source is Entrata: the properties that the newest
//! launches of the account's identities named. Sources to come add theirs in [`places_of`].

use std::collections::HashSet;

use super::{AccountPlaces, PlaceStatus, SharedPlace};
use crate::server::{
    account::{Account, may_enter},
    digest::digest,
    identity::{Identities, Identity},
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
            let id = entrata_id(&identity, &property.id);
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
fn entrata_id(identity: &Identity, property: &str) -> String {
    let issuer = digest("provider issuer", identity.issuer.as_bytes());
    let issuer: String = issuer.iter().take(ISSUER_BYTES).map(|byte| format!("{byte:02x}")).collect();
    format!("{issuer}.{}.{property}", identity.subdomain)
}
