//! Parses an event's query. Rejects what Entrata never sends: no `cid`, an unknown `request_type`, a repeated field, an
//! overlong value. Nothing is verified here.

use form_urlencoded::parse;

use super::EventKind;
use crate::server::{connectors::entrata::Subdomain, launch::Code, text};

/// The longest query, in bytes.
const MAX_QUERY_BYTES: usize = 16 * 1024;
/// The fields of an event, each with its longest decoded value in bytes.
const FIELDS: &[(&str, usize)] = &[
    ("cid", 64),
    ("company_name", 400),
    ("subdomain", 255),
    ("auth_code", 2048),
    ("api_location", 2048),
    ("property_id", 64),
    ("occupancy_type", 100),
    ("request_type", 64),
    ("referrer", 255),
];
/// Characters kept of a text that is only shown.
const KEPT_CHARS: usize = 200;

/// An event as it was sent.
pub struct ActivationEvent {
    /// Entrata's id of the company: 1 to 64 letters, digits, `.`, `-`, `_`.
    pub cid: String,
    pub kind: EventKind,
    /// In the form of `cid`; empty when the event is not about a property.
    pub property_id: String,
    pub code: Option<Code>,
    /// The company, if the field is a valid subdomain.
    pub subdomain: Option<Subdomain>,
    /// The subdomain field is not empty and not valid.
    pub has_invalid_subdomain: bool,
    /// Shown only, like the next two.
    pub company_name: String,
    pub occupancy_type: String,
    pub api_location: String,
}

impl ActivationEvent {
    /// Parses a raw query (without `?`).
    ///
    /// # Errors
    /// Says what is wrong, without repeating any of the input.
    pub fn parse(query: Option<&str>) -> Result<Self, &'static str> {
        let query = query.unwrap_or_default();
        if query.len() > MAX_QUERY_BYTES {
            return Err("the query is too long");
        }
        for (field, most) in FIELDS {
            let mut values = parse(query.as_bytes()).filter(|(name, _)| name == field).map(|(_, value)| value);
            if values.next().is_some_and(|value| value.len() > *most) {
                return Err("a field is too long");
            }
            if values.next().is_some() {
                return Err("a field is repeated");
            }
        }
        let one = |field: &str| {
            let found = parse(query.as_bytes()).find(|(name, _)| name == field);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let (cid, property_id) = (one("cid"), one("property_id"));
        if cid.is_empty() || !is_identifier(&cid) {
            return Err("cid is missing or invalid");
        }
        if !is_identifier(&property_id) {
            return Err("property_id is invalid");
        }
        let kind = match one("request_type").as_str() {
            "ACTIVATION" => EventKind::Activation,
            "SUSPENDED" => EventKind::Suspended,
            "CHANGE_FEED_TYPE" => EventKind::ChangeFeedType,
            _ => return Err("request_type is unknown"),
        };
        let code = match one("auth_code") {
            none if none.is_empty() => None,
            text => Some(Code::parse(&text).ok_or("auth_code is invalid")?),
        };
        let shown = |field| text::shown(&one(field), KEPT_CHARS);
        let (company_name, occupancy_type) = (shown("company_name"), shown("occupancy_type"));
        let (named, api_location) = (one("subdomain"), shown("api_location"));
        let subdomain = Subdomain::parse(&named);
        let has_invalid_subdomain = subdomain.is_none() && !named.is_empty();
        Ok(Self {
            cid,
            kind,
            property_id,
            code,
            subdomain,
            has_invalid_subdomain,
            company_name,
            occupancy_type,
            api_location,
        })
    }
}

fn is_identifier(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn an_event_needs_a_cid_and_a_known_type_and_nothing_else() {
        let bare = ActivationEvent::parse(Some("cid=4711&request_type=SUSPENDED")).ok().unwrap();
        assert_eq!((bare.cid.as_str(), bare.kind, bare.property_id.as_str()), ("4711", EventKind::Suspended, ""));
        assert!(bare.code.is_none() && bare.subdomain.is_none());
        let whole = "referrer=entrata&request_type=ACTIVATION&occupancy_type=1&property_id=162925\
                     &api_location=https%3A%2F%2Fevil.test\
                     &auth_code=a+b%2Bc==&subdomain=ACME&company_name=Acme%E2%80%AE+%3Cb%3E&cid=4711&more=1&more=2";
        let whole = ActivationEvent::parse(Some(whole)).ok().unwrap();
        assert_eq!(whole.code.unwrap().secret().expose_secret(), "a+b+c==");
        assert_eq!((whole.subdomain.unwrap().as_str(), whole.company_name.as_str()), ("acme", "Acme <b>"));
        assert_eq!((whole.property_id.as_str(), whole.api_location.as_str()), ("162925", "https://evil.test"));
        let other = ActivationEvent::parse(Some("cid=1&request_type=ACTIVATION&subdomain=acme.evil.test&auth_code="))
            .ok()
            .unwrap();
        assert!(other.subdomain.is_none() && other.code.is_none());
    }

    #[test]
    fn malformed_events_are_rejected() {
        let long = |field: &str, most: usize| format!("cid=1&request_type=ACTIVATION&{field}={}", "x".repeat(most + 1));
        let mut bad: Vec<String> = FIELDS.iter().map(|(field, most)| long(field, *most)).collect();
        bad.extend(FIELDS.iter().map(|(field, _)| format!("cid=1&request_type=ACTIVATION&{field}=1&{field}=1")));
        for query in [
            "",
            "request_type=ACTIVATION",
            "cid=&request_type=ACTIVATION",
            "cid=4711",
            "cid=4711&request_type=activation",
            "cid=4711&request_type=DELETE",
            "cid=4711%2F8&request_type=ACTIVATION",
            "cid=4711&property_id=1%0A2&request_type=ACTIVATION",
            "cid=4711&auth_code=%00&request_type=ACTIVATION",
            "cid=4711&auth_code=%C3%A9&request_type=ACTIVATION",
        ] {
            bad.push(query.to_owned());
        }
        bad.push(format!("cid=1&request_type=ACTIVATION&{}", "x".repeat(MAX_QUERY_BYTES)));
        for query in bad {
            assert!(ActivationEvent::parse(Some(&query)).is_err(), "{query}");
        }
        assert!(ActivationEvent::parse(None).is_err());
    }
}
