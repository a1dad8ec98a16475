//! What is stored of a secret that only has to be known again: its SHA-256, separated by what the secret is for.
//! The secrets are random (128 bits and more), so neither salt nor a slow hash is called for. What merely has to be counted or compared
//! without being kept (an e-mail that was tried, what a user sees) goes the same way; who has the file could guess it.

use sha2::{Digest, Sha256};

/// SHA-256 over `purpose`, a zero byte and `secret`.
pub fn digest(purpose: &str, secret: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(purpose).chain_update([0]).chain_update(secret).finalize().into()
}
