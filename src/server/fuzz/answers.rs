//! Answers of Entrata, or of something in its place. A first line of three digits is the HTTP status; without it the
//! status is 200. The two calls of a launch understand no XML.

use reqwest::{StatusCode, header::HeaderValue};
use secrecy::ExposeSecret;

use crate::server::{
    connectors::{
        ConnectorError,
        entrata::{self, Subdomain},
    },
    outbound::Answer,
    property_data::is_id,
};

/// A token fits into a header, has 1 to 4,096 characters, and a positive or unknown lifetime.
pub fn token_answer(data: &[u8]) {
    let answer = answer(data);
    match entrata::read_token(&answer) {
        Ok(token) => {
            let text = token.secret.expose_secret();
            assert!((1..=4096).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()));
            assert!(HeaderValue::try_from(format!("Bearer {text}")).is_ok());
            assert!(token.expires_in.is_none_or(|seconds| seconds > 0));
            assert!(answer.status.is_success());
        }
        Err(error) => assert_refused(&answer, &error),
    }
}

/// A user has an id of 1 to 128 visible characters and a DNS label. Names are displayable.
pub fn user_info_answer(data: &[u8]) {
    let answer = answer(data);
    match entrata::read_user_info(&answer) {
        Ok(info) => {
            assert!((1..=128).contains(&info.user_id.len()) && info.user_id.bytes().all(|b| b.is_ascii_graphic()));
            assert_eq!(Subdomain::parse(info.subdomain.as_str()).as_ref(), Some(&info.subdomain));
            assert!(!info.company.is_empty());
            assert_displayable(&info.company, 200);
            for property in &info.properties {
                assert!(!property.id.is_empty() && !property.name.is_empty());
                assert_displayable(&property.id, 64);
                assert_displayable(&property.name, 200);
                assert_displayable(&property.address, 200);
            }
            assert!(answer.status.is_success());
        }
        Err(error) => assert_refused(&answer, &error),
    }
}

/// Rows have ids that fit into a URL, and displayable texts. An error never says that nothing was sent.
pub fn list_answer(data: &[u8]) {
    let answer = answer(data);
    if let Ok(page) = entrata::read_places(&answer) {
        for place in page.rows {
            assert!(is_id(&place.id) && !place.name.is_empty());
            let address = place.address;
            let texts = [place.name, place.phone, place.email, place.website, address.street, address.city];
            texts.iter().for_each(|text| assert_displayable(text, 200));
        }
    }
    match entrata::read_residents(&answer) {
        Ok(page) => {
            for resident in page.rows {
                assert!(is_id(&resident.id) && resident.leases.iter().all(|lease| is_id(lease)));
                assert!(!resident.name.is_empty());
                // A first and a last name.
                assert_displayable(&resident.name, 402);
                let texts = [resident.unit, resident.building, resident.email, resident.phone, resident.status];
                texts.iter().for_each(|text| assert_displayable(text, 200));
            }
            assert!(answer.status.is_success());
        }
        Err(error) => {
            assert!(!matches!(error, ConnectorError::Unreachable { .. } | ConnectorError::TooSlow), "{error}");
        }
    }
    for lease in entrata::read_leases(&answer).map(|page| page.rows).unwrap_or_default() {
        assert!(is_id(&lease.id));
        [lease.status, lease.unit, lease.start, lease.end].iter().for_each(|text| assert_displayable(text, 200));
        for person in lease.people {
            assert!(is_id(&person.id) && !person.name.is_empty());
            assert_displayable(&person.name, 402);
        }
    }
}

/// An answer means that the code was sent and is used up, so its error must never say that nothing was sent.
fn assert_refused(answer: &Answer, error: &ConnectorError) {
    assert!(!matches!(error, ConnectorError::Unreachable { .. } | ConnectorError::TooSlow), "{error}");
    let is_markup = answer.body.trim_ascii_start().starts_with(b"<");
    if is_markup && answer.status.is_success() {
        assert_eq!(*error, ConnectorError::NotUnderstood("the body is not JSON"));
    }
}

/// Checks that a text has no control characters, nothing that changes the direction of text (Unicode's Bidi_Control),
/// no surrounding white space, and an ellipsis if it was cut.
pub(super) fn assert_displayable(text: &str, longest: usize) {
    let changes_direction =
        |c| matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    assert!(!text.chars().any(|c| c.is_control() || changes_direction(c)), "{text:?}");
    assert_eq!(text.trim(), text);
    let length = text.chars().count();
    assert!(length <= longest || (length == longest + 1 && text.ends_with('…')), "{length} characters");
}

pub(super) fn answer(data: &[u8]) -> Answer {
    let status = data.get(..4).and_then(|line| StatusCode::from_bytes(line.strip_suffix(b"\n")?).ok());
    let body = if status.is_some() { data.get(4..).unwrap_or_default() } else { data };
    Answer::new(status.unwrap_or(StatusCode::OK), body)
}
