//! The source of randomness, as an argument. Everything unguessable (session ids, tickets, nonces) is drawn from here.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The operating system's generator.
#[derive(Clone, Debug, Default)]
pub struct Rng;

impl Rng {
    /// `N` random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done then.
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the system for randomness")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");
        bytes
    }

    /// 128 random bits as 22 letters that a URL takes as they are.
    pub fn id(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<16>())
    }

    /// 256 random bits as 43 letters that a URL or a form takes as they are.
    pub fn ticket(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes::<32>())
    }
}
