//! `getUserInfo`: who launched the app. The user id and the subdomain identify the user; the rest is for display.

use serde_json::{Map, Value};

use crate::server::{
    connectors::{
        ConnectorError,
        entrata::{envelope, json, subdomain::Subdomain},
    },
    outbound::Answer,
    property_data::NamedPlace,
    text,
};

/// The most characters of a name; longer ones are cut.
const NAME: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserInfo {
    /// In canonical form: the digits of an integer, or the string as received.
    pub user_id: String,
    pub subdomain: Subdomain,
    /// Displayable; the subdomain if there is no name.
    pub company: String,
    /// The properties that this user may see.
    pub properties: Vec<NamedPlace>,
}

impl UserInfo {
    /// Reads an answer, one property after the other, because a user may see thousands.
    pub(super) fn read(answer: &Answer) -> Result<Self, ConnectorError> {
        let mut properties = Vec::new();
        let meta = json::read_with_fields(&answer.body, "properties", &mut |key, row| {
            properties.extend(property(key, &row));
        });
        let meta = meta.ok();
        envelope::check(answer.status, meta.as_ref())?;
        let meta = meta.ok_or(ConnectorError::NotUnderstood("the body is not JSON"))?;
        let fields = meta.fields.filter(|_| meta.result).ok_or(ConnectorError::NotUnderstood("there is no result"))?;
        Self::from_fields(&fields, properties)
    }

    fn from_fields(result: &Map<String, Value>, properties: Vec<NamedPlace>) -> Result<Self, ConnectorError> {
        // The vendor's page calls the field "the id", but every answer seen so far has `user_id`.
        let user_id = result.get("user_id").or_else(|| result.get("id")).and_then(user_id);
        let user_id =
            user_id.ok_or(ConnectorError::NotUnderstood("the user id is neither an integer nor a short text"))?;
        let subdomain = result.get("subdomain").and_then(Value::as_str).and_then(Subdomain::parse);
        let subdomain = subdomain.ok_or(ConnectorError::NotUnderstood("the subdomain is not a DNS label"))?;
        let company = result.get("company_name").and_then(Value::as_str).map(|n| text::shown(n, NAME));
        let company = company.filter(|n| !n.is_empty()).unwrap_or_else(|| subdomain.as_str().to_owned());
        Ok(Self { user_id, subdomain, company, properties })
    }
}

/// Reads a user id: an integer, or text of the right form. Nothing else can identify a user (threat T22).
fn user_id(value: &Value) -> Option<String> {
    match value {
        Value::Number(n) if n.is_i64() || n.is_u64() => Some(n.to_string()),
        Value::String(s) => is_user_id(s).then(|| s.clone()),
        _ => None,
    }
}

/// Whether a text has the form of a user id: 1 to 128 characters from 0x21 to 0x7E.
pub fn is_user_id(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Reads a property; none if it has no id. `key`: its key, if the list is an object keyed by id.
fn property(key: Option<&str>, value: &Value) -> Option<NamedPlace> {
    let fields = value.as_object()?;
    let id = match fields.get("id") {
        Some(Value::Number(n)) => n.to_string(),
        Some(Value::String(s)) => text::shown(s, 64),
        _ => text::shown(key?, 64),
    };
    let shown =
        |field: &str| fields.get(field).and_then(Value::as_str).map(|t| text::shown(t, NAME)).unwrap_or_default();
    let name = Some(shown("name")).filter(|n| !n.is_empty()).unwrap_or_else(|| format!("Property {id}"));
    (!id.is_empty()).then(|| NamedPlace { id, name, address: shown("address") })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<UserInfo, ConnectorError> {
        let body = json!({"response": {"result": value}}).to_string();
        UserInfo::read(&Answer::new(reqwest::StatusCode::OK, body))
    }

    #[test]
    fn a_user_id_is_an_integer_or_a_short_visible_text_and_nothing_else() {
        let with = |id: Value| read(json!({"user_id": id, "subdomain": "acme"})).map(|i| i.user_id);
        assert_eq!(with(json!(12345)).unwrap(), "12345");
        assert_eq!(with(json!("12345")).unwrap(), "12345");
        assert_eq!(with(json!("00aB3f9e1c")).unwrap(), "00aB3f9e1c");
        assert_eq!(with(json!(u64::MAX)).unwrap(), u64::MAX.to_string());
        for id in [
            json!(null),
            json!(""),
            json!(1.0),
            json!(1.5),
            json!(1e30),
            json!(true),
            json!({}),
            json!([1]),
            json!("a b"),
            json!("é"),
            json!("a\u{0}"),
            json!("x".repeat(129)),
        ] {
            assert!(with(id.clone()).is_err(), "{id}");
        }
        assert!(read(json!({"subdomain": "acme"})).is_err());
    }

    #[test]
    fn the_subdomain_must_be_a_label_and_the_company_name_is_cleaned() {
        for subdomain in [json!(null), json!(""), json!("a.b"), json!(5)] {
            assert!(read(json!({"user_id": 1, "subdomain": subdomain})).is_err(), "{subdomain}");
        }
        assert!(read(json!({"user_id": 1})).is_err());
        let info = read(json!({"user_id": 1, "subdomain": "ACME", "company_name": "A\u{202E}cme"})).unwrap();
        assert_eq!((info.subdomain.as_str(), info.company.as_str()), ("acme", "Acme"));
        assert_eq!(
            read(json!({"user_id": 1, "subdomain": "acme", "company_name": "\u{202E}"})).unwrap().company,
            "acme"
        );
    }

    #[test]
    fn properties_are_read_in_every_list_shape() {
        let ids = |properties: Value| -> Vec<String> {
            let info = read(json!({"user_id": 1, "subdomain": "acme", "properties": properties})).unwrap();
            info.properties.into_iter().map(|p| p.id).collect()
        };
        assert_eq!(ids(json!([{"id": 1, "name": "A"}, {"id": "2"}, {"name": "no id"}, 7])), ["1", "2"]);
        assert_eq!(ids(json!({"id": 1, "name": "A"})), ["1"]);
        assert_eq!(ids(json!({"7": {"name": "A"}, "8": {"id": 8}})), ["7", "8"]);
        assert!(ids(json!(null)).is_empty());
        assert!(ids(json!([])).is_empty());
        assert!(ids(json!("x")).is_empty());
    }
}
