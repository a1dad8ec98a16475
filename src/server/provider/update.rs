//! Reads the body of an update that Syncaroo announces. Unknown parts are ignored; the vendor's pages put `apiUrl` in
//! two places, so it is looked for in each.

use serde_json::Value;

use super::{ConnectionId, NewUpdate};
use crate::server::{digest::digest, ids::UpdateId, rng::Rng, text};

/// Characters of a text that is stored. Longer ones are cut.
const MAX_TEXT: usize = 100;
/// Characters of a signature that is stored.
const MAX_SIGNATURE: usize = 512;
/// Bytes of an `apiUrl`. A longer one is not read.
const MAX_API_URL: usize = 2_048;

/// The body is not a JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a JSON object")]
pub struct NotUnderstood;

/// An update as a body announces it.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// What the body says which connection it is about: none if it says nothing, the inner none if it is no number.
    connection: Option<Option<ConnectionId>>,
    pub(super) update: NewUpdate,
}

impl Announcement {
    /// # Errors
    /// When the body is not a JSON object.
    pub fn parse(body: &[u8], rng: &Rng) -> Result<Self, NotUnderstood> {
        let Ok(Value::Object(body_object)) = serde_json::from_slice(body) else { return Err(NotUnderstood) };
        let nothing = Value::Null;
        let part = |name: &str| body_object.get(name).unwrap_or(&nothing);
        let (meta, data) = (part("metaData"), part("data"));
        let api_url = [&meta["apiUrl"], part("apiUrl"), &data["apiUrl"]].into_iter().find_map(api_url);
        let update = NewUpdate {
            id: UpdateId::from(rng.id()),
            body_hash: digest("provider update", body),
            webhook_type: shown(part("webhookType"), MAX_TEXT),
            location_id: shown(part("locationId"), MAX_TEXT),
            attribute: shown(&meta["attributeType"], MAX_TEXT),
            api_url,
            signature: shown(part("hash"), MAX_SIGNATURE),
        };
        Ok(Self { connection: connection(part("connectionId")), update })
    }

    /// The update as it is stored.
    pub fn update(&self) -> &NewUpdate {
        &self.update
    }

    /// Whether it is about this connection. One that names none is: its bearer token decides.
    pub fn is_about(&self, connection: ConnectionId) -> bool {
        self.connection.is_none_or(|named| named == Some(connection))
    }
}

fn connection(value: &Value) -> Option<Option<ConnectionId>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(ConnectionId::parse(text)),
        Value::Number(number) => Some(ConnectionId::parse(&number.to_string())),
        _ => Some(None),
    }
}

fn shown(value: &Value, most: usize) -> String {
    match value {
        Value::String(text) => text::shown(text, most),
        Value::Number(number) => text::shown(&number.to_string(), most),
        _ => String::new(),
    }
}

/// Printable ASCII only: an address has no other characters.
fn api_url(value: &Value) -> Option<String> {
    let url = value.as_str()?;
    let fits = (1..=MAX_API_URL).contains(&url.len()) && url.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<Announcement, NotUnderstood> {
        Announcement::parse(body.as_bytes(), &Rng)
    }

    #[test]
    fn the_api_url_is_found_in_each_place_that_the_vendors_pages_name() {
        for body in [
            r#"{"metaData":{"apiUrl":"https://a.example/1"}}"#,
            r#"{"apiUrl":"https://a.example/1"}"#,
            r#"{"data":{"apiUrl":"https://a.example/1"}}"#,
            r#"{"metaData":{"apiUrl":7},"apiUrl":"https://a.example/1"}"#,
        ] {
            assert_eq!(parse(body).unwrap().update.api_url.as_deref(), Some("https://a.example/1"), "{body}");
        }
        let long = format!(r#"{{"apiUrl":"https://a.example/{}"}}"#, "x".repeat(MAX_API_URL));
        for body in [r#"{"apiUrl":""}"#, r#"{"apiUrl":"https://a.example/\u202e"}"#, r#"{"apiUrl":["x"]}"#, &long] {
            assert_eq!(parse(body).unwrap().update.api_url, None, "{body}");
        }
    }

    #[test]
    fn a_body_of_wrong_types_is_read_without_its_wrong_parts() {
        let update = parse(r#"{"metaData":[1],"data":"x","locationId":1198,"webhookType":null,"hash":{}}"#).unwrap();
        assert_eq!((update.update.location_id.as_str(), update.update.attribute.as_str()), ("1198", ""));
        let deep = format!("{}{}", "[".repeat(2_000), "]".repeat(2_000));
        for body in ["", "[]", "7", "null", "{", "{\"a\":1", "\u{feff}{}", &format!("{{\"a\":{deep}}}")] {
            assert_eq!(parse(body).unwrap_err(), NotUnderstood);
        }
    }

    #[test]
    fn it_is_about_the_connection_that_it_names_as_number_or_text() {
        let is_about = |body: &str| parse(body).unwrap().is_about(ConnectionId::parse("99").unwrap());
        for body in ["{}", r#"{"connectionId":99}"#, r#"{"connectionId":"99"}"#, r#"{"connectionId":null}"#] {
            assert!(is_about(body), "{body}");
        }
        for body in [r#"{"connectionId":98}"#, r#"{"connectionId":99.0}"#, r#"{"connectionId":[99]}"#] {
            assert!(!is_about(body), "{body}");
        }
    }

    #[test]
    fn texts_are_cleaned_and_cut() {
        let body = format!(r#"{{"locationId":"a\u202e\u0000b{}"}}"#, "c".repeat(1_000));
        let update = parse(&body).unwrap().update;
        assert!(update.location_id.starts_with("abc") && update.location_id.chars().count() <= MAX_TEXT + 1);
    }
}
