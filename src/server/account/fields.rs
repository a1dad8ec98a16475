//! The rules for an account's name and email, and what can be wrong with a field.

use crate::server::text;

/// Maximum characters of a name.
const MAX_NAME: usize = 100;
/// Maximum bytes of an email address (RFC 5321 §4.5.3.1.3).
const MAX_EMAIL: usize = 254;

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NameMissing,
    NotAnEmail,
    PasswordTooShort,
    PasswordTooLong,
    PasswordCommon,
    /// Little more than the person's name, the email or the name of this app.
    PasswordObvious,
    EmailTaken,
}

/// Returns a name as it is stored: safe to show, at most 100 characters.
pub fn parse_name(typed: &str) -> Result<String, Refusal> {
    Some(text::shown(typed, MAX_NAME)).filter(|name| !name.is_empty()).ok_or(Refusal::NameMissing)
}

/// Whether a text has the form of an email address: one `@` with something on both sides, no white space or control
/// characters, at most 254 bytes. Only sending a message could show more.
pub fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && text.len() <= MAX_EMAIL
        && text::shown(text, MAX_EMAIL) == text
        && !text.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn an_email_has_a_local_part_and_a_domain_and_no_hidden_characters() {
        for good in ["a@b", "jane.doe+x@acme.example", "ü@ä.example"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@b", "a".repeat(254));
        for bad in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\u{202E}", "a@b\n", long.as_str()] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }
}
