//! Keys as a user types them, and as they are stored.

use secrecy::{ExposeSecret, SecretString};

use super::{super::InvalidKey, *};

#[test]
fn keys_are_1_to_128_printable_ascii_characters_without_quotes() {
    let longest = "k".repeat(128);
    for good in ["k", "10D35802-C92A", "a b", "~!#$%&'()*+,-./:;<=>?@[\\]^_`{|}", " k\n", &longest] {
        assert!(Keys::read(good, good, "1005001").is_ok(), "{good}");
    }
    let too_long = "k".repeat(129);
    for bad in ["", "  ", "a\"b", "a\nb", "a\tb", "a\u{7f}", "é", &too_long] {
        assert_eq!(Keys::read(bad, "k", "1").unwrap_err(), InvalidKey::ApiKey, "{bad:?}");
        assert_eq!(Keys::read("k", bad, "1").unwrap_err(), InvalidKey::SecretKey, "{bad:?}");
    }
}

#[test]
fn an_integrator_id_is_1_to_128_letters_digits_hyphens_and_underscores() {
    let longest = "7".repeat(128);
    for good in ["7", "71001", "a-b_C", &longest] {
        assert!(Keys::read("k", "s", good).is_ok(), "{good}");
    }
    let too_long = "7".repeat(129);
    for bad in ["", "7/1", "..", "7?x", "7 1", "7%2f", "é", &too_long] {
        assert_eq!(Keys::read("k", "s", bad).unwrap_err(), InvalidKey::IntegratorId, "{bad:?}");
    }
}

#[test]
fn stored_keys_are_the_same_keys() {
    let stored = sample_keys().to_renewal();
    let read = Keys::from_renewal(&stored).unwrap();
    assert_eq!(read.to_renewal().expose_secret(), stored.expose_secret());
    assert_eq!(read.integrator_id(), "1005001");
    for other in ["", "a", "a\nb", "a\nb\nc\nd", "a\n\nc", "a\nb\n../c"] {
        assert!(Keys::from_renewal(&SecretString::from(other)).is_none(), "{other:?}");
    }
}

#[test]
fn debug_output_shows_no_key() {
    let shown = format!("{:?}", sample_keys());
    assert!(!shown.contains("10D35802") && !shown.contains("666E465A") && shown.contains("1005001"), "{shown}");
}
