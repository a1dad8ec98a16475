//! The source of randomness is an argument. Session ids, tickets, nonces and keys come from here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The operating system's random number generator.
#[derive(Clone, Debug, Default)]
pub struct Rng;

impl Rng {
    /// Returns `N` random bytes.
    ///
    /// # Panics
    /// When the operating system returns none: the server can't continue safely without.
    #[allow(clippy::disallowed_methods, reason = "the only place that reads the system's random numbers")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).expect("the operating system returns random bytes");
        bytes
    }

    /// Returns 128 random bits as 22 characters that need no escaping in a URL.
    pub fn id(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<16>())
    }

    /// Returns 256 random bits as 43 characters that need no escaping in a URL or a form.
    pub fn ticket(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }
}
