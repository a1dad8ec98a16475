//! The auth code: a secret that can be traded for a sign-in. It has neither `Debug` nor `Display`, and only its hash is
//! stored.

use secrecy::{ExposeSecret, SecretString};

use crate::server::digest::digest;

/// Maximum length of a code in bytes.
const MAX_LENGTH: usize = 2048;

#[derive(Clone)]
pub struct Code(SecretString);

impl Code {
    /// Parses a code from a decoded query. Codes are base64 and Entrata does not escape them, so the decoder turns each
    /// `+` into a space; this turns it back (no code contains a space). Accepts printable ASCII, 1 to 2,048 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(|b| (0x20..=0x7E).contains(&b));
        fits.then(|| Self(text.replace(' ', "+").into()))
    }

    /// The code itself, only for sending it to Entrata.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }

    /// The hash under which the code is stored.
    pub fn hash(&self) -> [u8; 32] {
        digest("launch code", self.0.expose_secret().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_go_back_to_plus_and_only_printable_ascii_is_a_code() {
        assert_eq!(Code::parse("a b/c==").unwrap().0.expose_secret(), "a+b/c==");
        assert!(Code::parse(&"x".repeat(2048)).is_some());
        for bad in ["", "a\n", "a\0b", "é", "\u{FFFD}", &"x".repeat(2049)] {
            assert!(Code::parse(bad).is_none(), "{bad:?}");
        }
    }
}
