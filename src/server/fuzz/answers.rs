//! What Entrata answers to the two calls of the sign-in, or whoever stands in its place. A first line of three digits is the HTTP status;
//! without it the status is 200. XML is not understood, and says so.

use reqwest::{StatusCode, header::HeaderValue};
use secrecy::ExposeSecret;

use crate::server::{
    connectors::entrata::{self, EntrataError, Subdomain},
    outbound::Answer,
};

/// A token is what a header can hold, 1 to 4,096 characters, and lives for some time or nobody knows how long.
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
        Err(error) => refused(&answer, &error),
    }
}

/// A person is known by an id of 1 to 128 visible characters at a DNS label. Names are fit to be shown.
pub fn user_info_answer(data: &[u8]) {
    let answer = answer(data);
    match entrata::read_user_info(&answer) {
        Ok(info) => {
            assert!((1..=128).contains(&info.user_id.len()) && info.user_id.bytes().all(|b| b.is_ascii_graphic()));
            assert_eq!(Subdomain::parse(info.subdomain.as_str()).as_ref(), Some(&info.subdomain));
            assert!(!info.company.is_empty());
            showable(&info.company, 200);
            for property in &info.properties {
                assert!(!property.id.is_empty() && !property.name.is_empty());
                showable(&property.id, 64);
                // "Property ", where it has no name but its id.
                showable(&property.name, 200);
                showable(&property.address, 200);
            }
            assert!(answer.status.is_success());
        }
        Err(error) => refused(&answer, &error),
    }
}

/// Rows of lists have ids that can stand in an address, and texts that are fit to be shown; what is refused is no call that may be made again.
pub fn list_answer(data: &[u8]) {
    let answer = answer(data);
    if let Ok(part) = entrata::read_properties(&answer) {
        for property in part.rows {
            assert!(entrata::is_id(&property.id) && !property.name.is_empty());
            let address = property.address;
            let texts = [property.name, property.phone, property.email, property.website, address.street, address.city];
            texts.iter().for_each(|text| showable(text, 200));
        }
    }
    match entrata::read_residents(&answer) {
        Ok(part) => {
            for resident in part.rows {
                assert!(entrata::is_id(&resident.id) && resident.leases.iter().all(|lease| entrata::is_id(lease)));
                assert!(!resident.name.is_empty());
                // A first and a last name.
                showable(&resident.name, 402);
                let texts = [resident.unit, resident.building, resident.email, resident.phone, resident.status];
                texts.iter().for_each(|text| showable(text, 200));
            }
            assert!(answer.status.is_success());
        }
        Err(error) => assert!(!matches!(error, EntrataError::Unreachable { .. } | EntrataError::TooSlow), "{error}"),
    }
    for lease in entrata::read_leases(&answer).map(|part| part.rows).unwrap_or_default() {
        assert!(entrata::is_id(&lease.id));
        [lease.status, lease.unit, lease.begins, lease.ends].iter().for_each(|text| showable(text, 200));
        for person in lease.people {
            assert!(entrata::is_id(&person.id) && !person.name.is_empty());
            showable(&person.name, 402);
        }
    }
}

/// What came as an answer was sent and answered: it must never be taken for a call that may be made again, for the code is spent.
fn refused(answer: &Answer, error: &EntrataError) {
    assert!(!matches!(error, EntrataError::Unreachable { .. } | EntrataError::TooSlow), "{error}");
    let is_markup = answer.body.trim_ascii_start().starts_with(b"<");
    if is_markup && answer.status.is_success() {
        assert_eq!(*error, EntrataError::NotUnderstood("the body is not JSON"));
    }
}

/// No control characters, nothing that changes the direction of the words around it (Unicode's Bidi_Control), no room around it, and
/// cut with an ellipsis.
fn showable(text: &str, most: usize) {
    let turns =
        |c| matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    assert!(!text.chars().any(|c| c.is_control() || turns(c)), "{text:?}");
    assert_eq!(text.trim(), text);
    let length = text.chars().count();
    assert!(length <= most || (length == most + 1 && text.ends_with('…')), "{length} characters");
}

fn answer(data: &[u8]) -> Answer {
    let status = data.get(..4).and_then(|line| StatusCode::from_bytes(line.strip_suffix(b"\n")?).ok());
    let body = if status.is_some() { data.get(4..).unwrap_or_default() } else { data };
    Answer::new(status.unwrap_or(StatusCode::OK), body)
}
