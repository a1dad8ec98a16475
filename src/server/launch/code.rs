//! The auth code: a secret that is worth a sign-in, so it has neither `Debug` nor `Display`, and is stored as a hash
//! only.

use secrecy::{ExposeSecret, SecretString};

use crate::server::digest::digest;

/// Bytes of a code at the most.
const LONGEST: usize = 2048;

#[derive(Clone)]
pub struct Code(SecretString);

impl Code {
    /// A code as the query gave it. Codes are base64 and Entrata doesn't escape them, so where a decoder made a space
    /// of a `+`, it is made a `+` again (no code holds a space). Printable ASCII, 1 to 2,048 bytes; otherwise none.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| (0x20..=0x7E).contains(&b));
        fits.then(|| Self(text.replace(' ', "+").into()))
    }

    /// For sending it to Entrata, and nothing else.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }

    /// What the code is known again by.
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
