//! Sealing a connection's grant, and when it is renewed.

use secrecy::ExposeSecret;

use super::{SealedGrant, StoredGrant};
use crate::server::{
    clock::Epoch,
    connectors::Grant,
    ids::ConnectionId,
    vault::{Sealed, UnsealError, Vault},
};

/// Longest time before its expiry that a token is renewed, in seconds.
const MAX_AHEAD: Epoch = 15 * 60;

/// The associated data that a connection's access token is sealed with.
pub fn access_context(id: &ConnectionId) -> String {
    format!("connections.access/{id}")
}

/// The associated data that a connection's refresh token or keys are sealed with.
pub fn renewal_context(id: &ConnectionId) -> String {
    format!("connections.renewal/{id}")
}

/// Seals a grant for its connection's row.
pub fn seal(vault: &Vault, id: &ConnectionId, grant: &Grant, now: Epoch) -> SealedGrant {
    let renewal = grant.renewal.as_ref().map(|renewal| vault.seal(&renewal_context(id), renewal.expose_secret()));
    SealedGrant {
        access: vault.seal(&access_context(id), grant.access.expose_secret()),
        renewal,
        issued_at: now,
        expires_at: grant.expires_at,
    }
}

/// Opens a stored grant.
///
/// # Errors
/// When its key is missing or it was altered. A grant without a token, which is being deleted, is not authentic either.
pub fn open(vault: &Vault, id: &ConnectionId, stored: &StoredGrant) -> Result<Grant, UnsealError> {
    let access = stored.access.as_ref().ok_or(UnsealError::NotAuthentic)?;
    let open_renewal = |sealed: &Sealed| vault.open(&renewal_context(id), sealed);
    Ok(Grant {
        access: vault.open(&access_context(id), access)?,
        renewal: stored.renewal.as_ref().map(open_renewal).transpose()?,
        expires_at: stored.expires_at,
    })
}

impl StoredGrant {
    /// Whether the access token is about to expire: within 15 minutes, or half its life if that is shorter.
    pub fn is_renewal_due(&self, now: Epoch) -> bool {
        self.expires_at.is_some_and(|at| now >= at - (at - self.issued_at).div_euclid(2).clamp(0, MAX_AHEAD))
    }

    pub fn has_expired(&self, now: Epoch) -> bool {
        self.expires_at.is_some_and(|at| now >= at)
    }
}
