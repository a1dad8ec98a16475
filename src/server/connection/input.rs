//! Limits for values that are typed into connect forms. Longer or unusable values are refused before anything is sent.

use secrecy::{ExposeSecret, SecretString};

use super::{ConnectError, Input, TypedKeys};
use crate::server::text;

/// Longest user name, in characters.
const MAX_USERNAME: usize = 254;
/// Longest password, in bytes.
const MAX_PASSWORD: usize = 1_024;

/// Checks a user name: 1 to 254 characters, without control, invisible and direction-changing ones. Returns it without
/// spaces around it.
pub fn username(typed: &str) -> Result<&str, ConnectError> {
    let name = typed.trim();
    let fits = (1..=MAX_USERNAME).contains(&name.chars().count()) && !text::has_unsafe(name);
    if fits { Ok(name) } else { Err(ConnectError::Invalid(Input::Username)) }
}

/// Checks a password: 1 to 1,024 bytes, without control, invisible and direction-changing characters.
pub fn password(typed: &SecretString) -> Result<(), ConnectError> {
    check(typed, MAX_PASSWORD, Input::Password)
}

/// Longest key or integrator id, in bytes.
const MAX_KEY: usize = 512;

/// Checks keys before the connector applies its own rules.
pub fn keys(typed: &TypedKeys) -> Result<(), ConnectError> {
    check(&typed.api_key, MAX_KEY, Input::ApiKey)?;
    check(&typed.secret_key, MAX_KEY, Input::SecretKey)?;
    let id = &typed.integrator_id;
    let fits = (1..=MAX_KEY).contains(&id.trim().len()) && !text::has_unsafe(id);
    if fits { Ok(()) } else { Err(ConnectError::Invalid(Input::IntegratorId)) }
}

fn check(typed: &SecretString, most: usize, input: Input) -> Result<(), ConnectError> {
    let value = typed.expose_secret();
    let fits = (1..=most).contains(&value.len()) && !text::has_unsafe(value);
    if fits { Ok(()) } else { Err(ConnectError::Invalid(input)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_has_1_to_254_characters_and_none_that_hides_or_reorders() {
        assert_eq!(username(" pat@oak.example ").unwrap(), "pat@oak.example");
        assert!(username(&"é".repeat(254)).is_ok());
        for refused in ["", "  ", "a\u{0}b", "a\nb", "\u{202E}pat", "a\u{200B}b", &"é".repeat(255)] {
            assert!(matches!(username(refused), Err(ConnectError::Invalid(Input::Username))), "{refused:?}");
        }
    }

    #[test]
    fn a_password_has_1_to_1024_bytes_and_no_control_characters() {
        let check = |typed: &str| password(&typed.into());
        assert!(check(" p ").is_ok() && check(&"x".repeat(1_024)).is_ok());
        for refused in ["", "a\r", "\u{202E}", &"x".repeat(1_025), &"x".repeat(65_536)] {
            assert!(matches!(check(refused), Err(ConnectError::Invalid(Input::Password))), "{}", refused.len());
        }
    }

    #[test]
    fn keys_are_checked_one_by_one() {
        let typed = |api: &str, secret: &str, id: &str| {
            keys(&TypedKeys { api_key: api.into(), secret_key: secret.into(), integrator_id: id.into() })
        };
        assert!(typed("a", "b", "c").is_ok());
        for (result, input) in [
            (typed("", "b", "c"), Input::ApiKey),
            (typed("a", "b\n", "c"), Input::SecretKey),
            (typed("a", "b", " "), Input::IntegratorId),
            (typed("a", "b", &"c".repeat(513)), Input::IntegratorId),
        ] {
            assert!(matches!(result, Err(ConnectError::Invalid(refused)) if refused == input), "{input:?}");
        }
    }
}
