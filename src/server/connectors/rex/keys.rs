//! The keys that Gryphtech gives an integrator and the user types in.

use secrecy::{ExposeSecret, SecretString};

/// Longest key or integrator id, in bytes.
const MAX_KEY: usize = 128;
/// Separates the keys in a [`Grant::renewal`](crate::server::connectors::Grant::renewal). No key contains it.
const SEPARATOR: char = '\n';

#[derive(Debug, Clone)]
pub struct Keys {
    api_key: SecretString,
    secret_key: SecretString,
    integrator_id: String,
}

/// The key that can't be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    #[error("the API key is not a key")]
    ApiKey,
    #[error("the secret key is not a key")]
    SecretKey,
    #[error("the integrator id is not an id")]
    IntegratorId,
}

impl Keys {
    /// Checks what a user typed. White space around it doesn't count.
    ///
    /// # Errors
    /// When a key isn't 1 to 128 printable ASCII characters without `"`, which would end it in the header; or when the
    /// integrator id isn't 1 to 128 letters, digits, `-` and `_`, since it becomes a part of a path.
    pub fn read(api_key: &str, secret_key: &str, integrator_id: &str) -> Result<Self, InvalidKey> {
        let [api_key, secret_key, integrator_id] = [api_key, secret_key, integrator_id].map(str::trim);
        if !is_key(api_key) {
            return Err(InvalidKey::ApiKey);
        }
        if !is_key(secret_key) {
            return Err(InvalidKey::SecretKey);
        }
        if !is_integrator_id(integrator_id) {
            return Err(InvalidKey::IntegratorId);
        }
        let integrator_id = integrator_id.to_owned();
        Ok(Self { api_key: api_key.into(), secret_key: secret_key.into(), integrator_id })
    }

    /// Returns the keys as one secret, for [`Grant::renewal`](crate::server::connectors::Grant::renewal).
    pub fn to_renewal(&self) -> SecretString {
        let parts = [self.api_key.expose_secret(), self.secret_key.expose_secret(), &self.integrator_id];
        // The exact length: the text never moves, which would leave a copy behind.
        let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() + 2);
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                text.push(SEPARATOR);
            }
            text.push_str(part);
        }
        text.into()
    }

    /// Reads what [`Keys::to_renewal`] returned. None if it is something else.
    pub fn from_renewal(renewal: &SecretString) -> Option<Self> {
        let mut parts = renewal.expose_secret().split(SEPARATOR);
        let (api_key, secret_key, integrator_id) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        Self::read(api_key, secret_key, integrator_id).ok()
    }

    pub fn integrator_id(&self) -> &str {
        &self.integrator_id
    }

    pub(super) fn api_key(&self) -> &str {
        self.api_key.expose_secret()
    }

    pub(super) fn secret_key(&self) -> &str {
        self.secret_key.expose_secret()
    }
}

/// Whether a text can stand between quotes in the `Authorization` header.
pub(super) fn is_quotable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"')
}

fn is_key(text: &str) -> bool {
    (1..=MAX_KEY).contains(&text.len()) && is_quotable(text)
}

fn is_integrator_id(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(is_allowed)
}
