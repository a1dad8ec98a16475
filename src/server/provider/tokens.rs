//! Codes and tokens: 256 random bits each, stored as hashes.

use secrecy::{ExposeSecret, SecretString};

use super::NewPair;
use crate::server::{clock::Epoch, digest::digest, rng::Rng};

/// Seconds that an access token lives.
pub const ACCESS_LIFETIME: Epoch = 60 * 60;

/// A pair of tokens to send to Syncaroo.
#[derive(Debug)]
pub struct IssuedTokens {
    pub access: SecretString,
    pub refresh: SecretString,
    /// When the access token expires.
    pub expires_at: Epoch,
}

impl IssuedTokens {
    pub(super) fn draw(rng: &Rng, now: Epoch) -> Self {
        Self { access: rng.ticket().into(), refresh: rng.ticket().into(), expires_at: now + ACCESS_LIFETIME }
    }

    /// Returns the pair as it is stored.
    pub(super) fn pair(&self) -> NewPair {
        NewPair {
            access_hash: access_hash(self.access.expose_secret()),
            refresh_hash: refresh_hash(&self.refresh),
            issued_at: self.expires_at - ACCESS_LIFETIME,
            expires_at: self.expires_at,
        }
    }
}

pub(super) fn code_hash(code: &SecretString) -> [u8; 32] {
    digest("provider code", code.expose_secret().as_bytes())
}

pub(super) fn access_hash(token: &str) -> [u8; 32] {
    digest("provider access token", token.as_bytes())
}

pub(super) fn refresh_hash(token: &SecretString) -> [u8; 32] {
    digest("provider refresh token", token.expose_secret().as_bytes())
}
