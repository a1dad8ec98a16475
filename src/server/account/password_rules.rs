//! The rules for a new password: long enough, not too long to hash cheaply, not a common one, and not made of words
//! that an attacker would try first (ASVS 5.0 6.2.1, 6.2.4, 6.2.11).

use secrecy::{ExposeSecret, SecretString};

use super::Refusal;

/// Minimum characters of a password (ASVS 5.0 6.2.1).
const MIN_CHARACTERS: usize = 8;
/// Maximum bytes of a password. Keeps hashing cheap (threat T15).
pub(super) const MAX_BYTES: usize = 1024;
/// The 10,000 most common passwords of at least eight characters, in lower case, sorted: from zxcvbn's list, which
/// comes from breaches (MIT license, © Dan Wheeler and Dropbox; by way of @zxcvbn-ts/language-common).
const COMMON: &str = include_str!("common_passwords.txt");
/// Words about this app and its field.
const CONTEXT: &[&str] = &["latchkey", "entrata", "propertysolutions", "property", "solutions", "appstore", "leasing"];
/// Minimum letters of a password other than context words and the person's own words.
const MIN_OTHER_LETTERS: usize = 4;
/// Minimum letters of a word of the name or email to be looked for. Shorter ones occur in too many words.
const MIN_WORD: usize = 4;

/// Checks a new password of a person with this name and email.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_password(password: &SecretString, name: &str, email: &str) -> Result<(), Refusal> {
    let password = password.expose_secret();
    match () {
        () if password.chars().count() < MIN_CHARACTERS => Err(Refusal::PasswordTooShort),
        () if password.len() > MAX_BYTES => Err(Refusal::PasswordTooLong),
        () if is_common(password) => Err(Refusal::PasswordCommon),
        () if is_obvious(password, name, email) => Err(Refusal::PasswordObvious),
        () => Ok(()),
    }
}

fn is_common(password: &str) -> bool {
    let lines: Vec<&str> = COMMON.lines().collect();
    lines.binary_search(&password.to_lowercase().as_str()).is_ok()
}

/// Whether the password contains context words or words of the name or email, and few letters other than those.
fn is_obvious(password: &str, name: &str, email: &str) -> bool {
    let person = format!("{name} {email}").to_lowercase();
    let own_words = person.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= MIN_WORD);
    let password = password.to_lowercase();
    let mut rest = password.clone();
    for word in CONTEXT.iter().copied().chain(own_words) {
        rest = rest.replace(word, "");
    }
    rest != password && rest.chars().filter(|c| c.is_alphabetic()).count() < MIN_OTHER_LETTERS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_short_and_obvious_passwords_are_refused_and_a_few_words_are_not() {
        let refusal = |password: &str| check_password(&password.into(), "Jane Doe", "jane.miller@acme.example").err();
        assert_eq!(refusal("ääää"), Some(Refusal::PasswordTooShort));
        assert_eq!(refusal(&"x".repeat(1025)), Some(Refusal::PasswordTooLong));
        for common in ["password1", "PassWord123", "qwertyuiop", "1q2w3e4r5t"] {
            assert_eq!(refusal(common), Some(Refusal::PasswordCommon), "{common}");
        }
        for obvious in ["latchkey2026!", "Entrata123", "miller.jane99", "Jane-Miller-1", "acme-leasing-1"] {
            assert_eq!(refusal(obvious), Some(Refusal::PasswordObvious), "{obvious}");
        }
        for good in
            ["correct horse battery", "a quiet gravel path", "jane likes gravel", "ein schöner Garten", "28461937 55"]
        {
            assert_eq!(refusal(good), None, "{good}");
        }
    }

    #[test]
    fn the_list_is_sorted_for_the_binary_search() {
        assert!(COMMON.lines().is_sorted() && COMMON.lines().count() == 10_000);
    }
}
