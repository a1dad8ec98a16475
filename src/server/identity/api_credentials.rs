//! API credentials: what is needed to call a company's web services as an identity. Available while the identity is
//! linked and its account and company are enabled.

use std::collections::HashSet;

use super::{Identities, Identity};
use crate::server::{
    connectors::entrata::{ApiCredentials, Subdomain},
    ids::IdentityId,
    storage,
};

/// The place that an identity's access token is sealed for. Uses the natural key, because the id isn't known yet when
/// a launch seals the token.
pub fn token_place(issuer: &str, subdomain: &str, user_id: &str) -> String {
    format!("identities.token/{issuer}/{subdomain}/{user_id}")
}

impl Identities {
    /// Returns `None` if no calls may be made as this identity, or if there is no usable token until the next launch.
    pub async fn api_credentials(&self, identity: &Identity) -> storage::Result<Option<ApiCredentials>> {
        let Some(sealed) =
            storage::identities::find_usable_token(self.core.storage.reader(), &identity.id, self.core.clock.now())
                .await?
        else {
            return Ok(None);
        };
        let place = token_place(&identity.issuer, &identity.subdomain, &identity.user_id);
        let token = self.vault.open(&place, &sealed);
        let token = token
            .inspect_err(|e| tracing::error!(identity = identity.id.as_str(), ?e, "could not decrypt a token"))
            .ok();
        Ok(token
            .zip(Subdomain::parse(&identity.subdomain))
            .map(|(token, subdomain)| ApiCredentials { subdomain, token }))
    }

    /// Returns which of these identities have API credentials, without decrypting them.
    pub async fn reachable(&self, identities: &[&IdentityId]) -> storage::Result<HashSet<IdentityId>> {
        let mut reachable = HashSet::new();
        for id in identities {
            if storage::identities::find_usable_token(self.core.storage.reader(), id, self.core.clock.now())
                .await?
                .is_some()
            {
                reachable.insert((*id).clone());
            }
        }
        Ok(reachable)
    }
}
