//! What the web services are reached with as an identity: its newest token, opened, while it is linked and nothing keeps its company out.

use std::collections::HashSet;

use super::{Identities, Identity};
use crate::server::{
    connectors::entrata::{ApiCredentials, Subdomain},
    storage,
};

/// What the access token of an identity is sealed for. The natural key, because it is known before the row is.
pub fn token_place(issuer: &str, subdomain: &str, user_id: &str) -> String {
    format!("identities.token/{issuer}/{subdomain}/{user_id}")
}

impl Identities {
    /// None where no call may be made as this identity, or no token is left to make it with; the next launch brings one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn api_credentials(&self, identity: &Identity) -> storage::Result<Option<ApiCredentials>> {
        let Some(sealed) =
            storage::identities::find_usable_token(self.core.storage.reader(), &identity.id, self.core.clock.now())
                .await?
        else {
            return Ok(None);
        };
        let place = token_place(&identity.issuer, &identity.subdomain, &identity.user_id);
        let token = self.vault.open(&place, &sealed);
        let token =
            token.inspect_err(|e| tracing::error!(identity = identity.id, ?e, "could not decrypt a token")).ok();
        Ok(token
            .zip(Subdomain::parse(&identity.subdomain))
            .map(|(token, subdomain)| ApiCredentials { subdomain, token }))
    }

    /// Of some identities those that `api_credentials` finds something for, without opening it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn reachable(&self, identities: &[&str]) -> storage::Result<HashSet<String>> {
        let mut good = HashSet::new();
        for id in identities {
            if storage::identities::find_usable_token(self.core.storage.reader(), id, self.core.clock.now())
                .await?
                .is_some()
            {
                good.insert((*id).to_owned());
            }
        }
        Ok(good)
    }
}
