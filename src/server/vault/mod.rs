//! Seals (encrypts) and opens what the database must not hold unencrypted: tokens, codes and tickets. Sealed content is
//! bound to its place and can't be opened anywhere else.

mod key_ring;

use chacha20poly1305::{
    AeadInPlace, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::server::rng::Rng;
pub use key_ring::{KeyRing, generate};

const NONCE: usize = 24;

/// What the database stores: the id of the key, and nonce ‖ ciphertext ‖ tag.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub key_id: String,
    pub bytes: Vec<u8>,
}

/// Why sealed content could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnsealError {
    /// The key ring does not have its key.
    KeyMissing,
    /// It was altered, or sealed for another place.
    NotAuthentic,
}

/// Seals with the first key of a ring and opens with all.
#[derive(Clone)]
pub struct Vault {
    ring: KeyRing,
    rng: Rng,
}

impl Vault {
    pub fn new(ring: KeyRing, rng: Rng) -> Self {
        Self { ring, rng }
    }

    /// Returns the id of the key that encrypts.
    pub fn first_key(&self) -> &str {
        self.ring.first().0
    }

    /// Encrypts `plain` with the first key. `place` names table, column and row; it is the associated data.
    pub fn seal(&self, place: &str, plain: &str) -> Sealed {
        let (id, key) = self.ring.first();
        let nonce = self.rng.bytes::<NONCE>();
        let mut bytes = Vec::with_capacity(NONCE + plain.len() + 16);
        bytes.extend_from_slice(plain.as_bytes());
        let tag = XChaCha20Poly1305::new(key.into())
            .encrypt_in_place_detached(XNonce::from_slice(&nonce), place.as_bytes(), &mut bytes)
            .expect("a few kilobytes can be encrypted");
        bytes.splice(0..0, nonce);
        bytes.extend_from_slice(&tag);
        Sealed { key_id: id.to_owned(), bytes }
    }

    /// Decrypts what was sealed for `place`.
    ///
    /// # Errors
    /// When its key is missing, or it was altered or sealed for another place.
    pub fn open(&self, place: &str, sealed: &Sealed) -> Result<SecretString, UnsealError> {
        let key = self.ring.get(&sealed.key_id).ok_or(UnsealError::KeyMissing)?;
        let (nonce, msg) = sealed.bytes.split_at_checked(NONCE).ok_or(UnsealError::NotAuthentic)?;
        let plain = XChaCha20Poly1305::new(key.into())
            .decrypt(XNonce::from_slice(nonce), Payload { msg, aad: place.as_bytes() })
            .map(Zeroizing::new)
            .map_err(|_| UnsealError::NotAuthentic)?;
        std::str::from_utf8(&plain).map(SecretString::from).map_err(|_| UnsealError::NotAuthentic)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn vault(keys: &str) -> Vault {
        Vault::new(KeyRing::parse(keys).unwrap(), Rng)
    }

    #[test]
    fn sealed_content_opens_only_in_its_own_place_and_with_its_own_key() {
        let (a, b) = (generate("a", &Rng), generate("b", &Rng));
        let old = vault(&a);
        let sealed = old.seal("identities/1", "tok");
        assert_eq!(old.open("identities/1", &sealed).unwrap().expose_secret(), "tok");
        assert_eq!(old.open("identities/2", &sealed).unwrap_err(), UnsealError::NotAuthentic);
        assert_eq!(vault(&b).open("identities/1", &sealed).unwrap_err(), UnsealError::KeyMissing);
        assert_eq!(vault(&format!("{b},{a}")).open("identities/1", &sealed).unwrap().expose_secret(), "tok");
        let torn = Sealed { bytes: sealed.bytes[..20].to_vec(), ..sealed };
        assert_eq!(old.open("identities/1", &torn).unwrap_err(), UnsealError::NotAuthentic);
    }
}
