//! Input from browsers (the query of a launch or an event, cookies, bearer tokens, forms), and the subdomain, from
//! which addresses are built.

use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::ExposeSecret;

use crate::server::{
    activation::ActivationEvent,
    connectors::entrata::{ApiAddress, Subdomain},
    launch::{Recognised, recognise},
    visit::BrowserKey,
    web::{self, Fields},
};

const REFERRERS: [&str; 2] = ["propertysolutions", "entrata"];

/// A raw query. A code has 1 to 2,048 visible characters, occurs once in the query, and survives being escaped and
/// recognized again.
pub fn launch_query(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else { return };
    let referrers = REFERRERS.map(String::from);
    let Recognised::Launch(code) = recognise(Some(query), &referrers) else { return };
    let text = code.secret().expose_secret();
    assert!((1..=2048).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()), "{text:?}");
    let all = |name: &str| -> Vec<String> {
        let pairs = form_urlencoded::parse(data);
        pairs.filter(|(n, _)| n == name).map(|(_, value)| value.into_owned()).collect()
    };
    assert!(matches!(all("referrer").as_slice(), [one] if REFERRERS.contains(&one.as_str())));
    assert_eq!(all("auth_code").len(), 1);
    let again =
        form_urlencoded::Serializer::new("referrer=entrata&".to_owned()).append_pair("auth_code", text).finish();
    let Recognised::Launch(again) = recognise(Some(&again), &referrers) else { panic!("{again} is a launch") };
    assert_eq!(again.secret().expose_secret(), text);
    assert_eq!(again.hash(), code.hash());
}

/// The raw query of an event. Ids, which are stored, logged and put into addresses, have few kinds of characters;
/// displayed texts are limited in length.
pub fn event_query(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else { return };
    let Ok(event) = ActivationEvent::parse(Some(query)) else { return };
    for number in [&event.cid, &event.property_id] {
        assert!(
            number.len() <= 64 && number.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b)),
            "{number:?}"
        );
    }
    assert!(!event.cid.is_empty());
    for text in [&event.company_name, &event.occupancy_type, &event.api_location] {
        assert!(text.chars().count() <= 201 && !text.contains(char::is_control), "{text:?}");
    }
    if let Some(code) = &event.code {
        let text = code.secret().expose_secret();
        assert!((1..=2048).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()), "{text:?}");
    }
    if let Some(label) = &event.subdomain {
        assert_eq!(Subdomain::parse(label.as_str()).as_ref(), Some(label));
    }
    for field in ["cid", "auth_code", "subdomain", "request_type"] {
        assert!(form_urlencoded::parse(data).filter(|(name, _)| name == field).count() <= 1, "{field}");
    }
}

/// A company's subdomain. Everything accepted makes a host name directly below Entrata's domain.
pub fn subdomain(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(label) = Subdomain::parse(text) else { return };
    assert_eq!(label.as_str(), text.to_ascii_lowercase());
    assert_eq!(Subdomain::parse(label.as_str()).as_ref(), Some(&label));
    let api = ApiAddress::parse("https://{subdomain}.entrata.com/api/v1").expect("the default address is valid");
    let url = api.of(&label).expect("every accepted label has an address");
    assert_eq!(url.as_str(), format!("https://{}.entrata.com/api/v1", label.as_str()));
}

/// `Cookie` headers, one per line. At most eight different ids are read, each as it was sent.
pub fn cookie_header(data: &[u8]) {
    let headers = headers(&header::COOKIE, data);
    let sent = |name: &str, value: &str| {
        let pair = format!("{name}={value}");
        headers.values().any(|header| header.as_bytes().windows(pair.len()).any(|part| part == pair.as_bytes()))
    };
    let ids = web::session_ids(&headers);
    assert!(ids.len() <= 8);
    for (at, id) in ids.iter().enumerate() {
        let text = id.to_string();
        assert_eq!(text.len(), 22);
        assert_eq!(text.parse().ok(), Some(*id));
        assert!(sent("__Host-Http-sid", &text), "{text} was not sent");
        assert!(!ids.iter().skip(at + 1).any(|other| other == id), "{text} counts twice");
    }
    if let Some(key) = web::browser_key(&headers) {
        assert!(sent("__Host-Http-browser", ""));
        assert_ne!(key, BrowserKey::of(""), "an empty value is no key");
    }
}

/// `Authorization` headers, one per line. A token is read from the first header if its scheme is Bearer, and has our
/// tokens' length or is empty.
pub fn authorization(data: &[u8]) {
    let headers = headers(&header::AUTHORIZATION, data);
    let first = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let is_bearer = first.is_some_and(|value| {
        value.split(|b| *b == b' ').next().is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer"))
    });
    let token = web::bearer(&headers);
    assert_eq!(token.is_some(), is_bearer, "{first:?}");
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        assert_eq!(token.len(), 43);
        assert!(first.is_some_and(|value| String::from_utf8_lossy(value).contains(token)));
    }
}

/// A posted form. A field counts if it occurs exactly once, and reading the form again after writing it changes
/// nothing.
pub fn form_body(data: &[u8]) {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(data).into_owned().collect();
    assert!(pairs.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() <= 3 * data.len());
    let again = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let (fields, again) = (Fields::parse(data), Fields::parse(again.as_bytes()));
    // Eight are enough: the position of a name makes no difference.
    for (name, value) in pairs.iter().take(8) {
        let once = pairs.iter().filter(|(other, _)| other == name).count() == 1;
        assert_eq!(fields.one(name), once.then_some(value.as_str()));
        assert_eq!(again.one(name), fields.one(name));
        assert_eq!(fields.text(name), if once { value.as_str() } else { "" });
        assert_eq!(fields.secret(name).expose_secret(), fields.text(name));
    }
}

/// Headers with one name, one per line. Invalid values are left out, as in hyper.
fn headers(name: &header::HeaderName, data: &[u8]) -> HeaderMap {
    let values = data.split(|b| *b == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
    values.map(|value| (name.clone(), value)).collect()
}
