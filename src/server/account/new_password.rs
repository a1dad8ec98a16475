//! What a password has to be: long enough, not too long to be hashed cheaply, none that many people use, and not made of words that
//! whoever guesses tries here first (ASVS 5.0 6.2.1, 6.2.4, 6.2.11).

use secrecy::{ExposeSecret, SecretString};

use super::{
    Refusal,
    password::{LONGEST, SHORTEST},
};

/// The 10,000 passwords of at least eight characters that people choose most, in lower case, sorted: from zxcvbn's list, which was drawn
/// from breaches (MIT licence, © Dan Wheeler and Dropbox; by way of @zxcvbn-ts/language-common).
const COMMON: &str = include_str!("common_passwords.txt");
/// What this place is about.
const CONTEXT: &[&str] = &["latchkey", "entrata", "propertysolutions", "property", "solutions", "appstore", "leasing"];
/// Letters that have to be left of a password without those words.
const OWN: usize = 4;
/// Letters of a word that is looked for; shorter ones stand in many words by chance.
const WORD: usize = 4;

/// Whether somebody of this name and e-mail may have a password.
///
/// # Errors
/// What is wrong with it.
pub(super) fn judge(password: &SecretString, name: &str, email: &str) -> Result<(), Refusal> {
    let password = password.expose_secret();
    match () {
        () if password.chars().count() < SHORTEST => Err(Refusal::PasswordTooShort),
        () if password.len() > LONGEST => Err(Refusal::PasswordTooLong),
        () if is_common(password) => Err(Refusal::PasswordCommon),
        () if is_about(password, name, email) => Err(Refusal::PasswordObvious),
        () => Ok(()),
    }
}

fn is_common(password: &str) -> bool {
    let lines: Vec<&str> = COMMON.lines().collect();
    lines.binary_search(&password.to_lowercase().as_str()).is_ok()
}

/// Whether hardly a letter is left of it without the words of the place and the person.
fn is_about(password: &str, name: &str, email: &str) -> bool {
    let person = format!("{name} {email}").to_lowercase();
    let own = person.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= WORD);
    let mut left = password.to_lowercase();
    let whole = left.clone();
    for word in CONTEXT.iter().copied().chain(own) {
        left = left.replace(word, "");
    }
    left != whole && left.chars().filter(|c| c.is_alphabetic()).count() < OWN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_short_and_obvious_passwords_are_refused_and_a_few_words_are_not() {
        let judged = |password: &str| judge(&password.into(), "Jane Doe", "jane.miller@acme.example").err();
        assert_eq!(judged("ääää"), Some(Refusal::PasswordTooShort));
        assert_eq!(judged(&"x".repeat(1025)), Some(Refusal::PasswordTooLong));
        for common in ["password1", "PassWord123", "qwertyuiop", "1q2w3e4r5t"] {
            assert_eq!(judged(common), Some(Refusal::PasswordCommon), "{common}");
        }
        for obvious in ["latchkey2026!", "Entrata123", "miller.jane99", "Jane-Miller-1", "acme-leasing-1"] {
            assert_eq!(judged(obvious), Some(Refusal::PasswordObvious), "{obvious}");
        }
        for good in
            ["correct horse battery", "a quiet gravel path", "jane likes gravel", "ein schöner Garten", "28461937 55"]
        {
            assert_eq!(judged(good), None, "{good}");
        }
    }

    #[test]
    fn the_list_is_sorted_as_it_is_searched() {
        assert!(COMMON.lines().is_sorted() && COMMON.lines().count() == 10_000);
    }
}
