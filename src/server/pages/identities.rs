//! How pages name an Entrata user.

use crate::server::messages::{Messages, message};

/// The last four characters of a user id, marked as such if there are more: enough to tell one's own from another's.
pub fn end_of(user_id: &str) -> String {
    let length = user_id.chars().count();
    let end: String = user_id.chars().skip(length.saturating_sub(4)).collect();
    if length > 4 { format!("…{end}") } else { end }
}

/// `acme.entrata.com · user …2345`
pub fn identity_place(messages: Messages, subdomain: &str, user: &str) -> String {
    message!(messages, "identity-place", subdomain = subdomain, user = user)
}

/// `Acme, user …2345`
pub fn identity_name(messages: Messages, company: &str, user: &str) -> String {
    message!(messages, "identity-name", company = company, user = user)
}

/// The number of properties for the label "Properties": `None`, `1`, `1,200`.
pub fn property_count(messages: Messages, properties: usize) -> String {
    match properties {
        0 => message!(messages, "no-properties").to_owned(),
        count => messages.number(count),
    }
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn only_the_end_of_a_user_id_is_shown() {
        assert_eq!(end_of("12345"), "…2345");
        assert_eq!(end_of("00aB3f9e1c"), "…9e1c");
        assert_eq!(end_of("12"), "12");
    }
}
