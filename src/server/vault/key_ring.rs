//! The keys of `ENCRYPTION_KEYS`. The first one encrypts, all decrypt.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::server::rng::Rng;

struct Key {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

/// One or more keys of 32 bytes, each with its own id.
#[derive(Clone)]
pub struct KeyRing(Arc<Vec<Key>>);

impl KeyRing {
    /// Reads `id:base64,id:base64,…`. An id is 1 to 32 letters, digits, `-` or `_`.
    ///
    /// # Errors
    /// When the text has another form. The message says what it must be and contains no part of a key.
    pub fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "must be id:base64 of 32 bytes, comma-separated (`latchkey keys generate` prints one)";
        let mut keys: Vec<Key> = Vec::new();
        for part in text.split(',') {
            let (id, encoded) = part.trim().split_once(':').ok_or(FORM)?;
            let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            if !plain || id.is_empty() || id.len() > 32 {
                return Err("each key's id must be 1 to 32 letters, digits, - or _".into());
            }
            if keys.iter().any(|k| k.id == id) {
                return Err(format!("must not repeat the key id {id}"));
            }
            // One byte longer than a key, to detect text that is too long.
            let mut decoded = Zeroizing::new([0; 33]);
            let length = STANDARD.decode_slice(encoded, decoded.as_mut_slice()).map_err(|_| FORM)?;
            let bytes = <[u8; 32]>::try_from(&decoded[..length]).map_err(|_| FORM)?;
            keys.push(Key { id: id.to_owned(), bytes: Zeroizing::new(bytes) });
        }
        Ok(Self(Arc::new(keys)))
    }

    pub(super) fn first(&self) -> (&str, &[u8; 32]) {
        (&self.0[0].id, &self.0[0].bytes)
    }

    pub(super) fn get(&self, id: &str) -> Option<&[u8; 32]> {
        self.0.iter().find(|k| k.id == id).map(|k| &*k.bytes)
    }

    /// Whether the ring has the key `id`, so that rows sealed with it can be opened.
    pub fn holds(&self, id: &str) -> bool {
        self.get(id).is_some()
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|k| &k.id)).finish()
    }
}

/// Returns a new key in the form that `ENCRYPTION_KEYS` takes.
pub fn generate(id: &str, rng: &Rng) -> String {
    let encoded = Zeroizing::new(STANDARD.encode(*Zeroizing::new(rng.bytes::<32>())));
    format!("{id}:{}", *encoded)
}
