//! SHA-256 of secrets that are only compared, separated by purpose. The secrets are random (128 bits or more), so they
//! need neither salt nor a slow hash. It also identifies values that need not be stored, such as the email of a failed
//! sign-in; an attacker with the database could guess those.

use sha2::{Digest, Sha256};

/// Returns the SHA-256 of `purpose`, a zero byte and `secret`, joined.
pub fn digest(purpose: &str, secret: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(purpose).chain_update([0]).chain_update(secret).finalize().into()
}
