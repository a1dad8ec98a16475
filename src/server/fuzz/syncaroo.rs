//! Answers of Syncaroo, or of something in its place, to a token request and to reading a list.

use secrecy::ExposeSecret;
use url::Url;

use super::answers::{answer, assert_displayable};
use crate::server::{
    connectors::{
        ConnectorError,
        syncaroo::{read_locations, read_resources, read_tokens},
    },
    outbound::Answer,
    property_data::is_id,
};

/// Tokens have 1 to 4,096 visible characters, rows have ids that fit into a URL and displayable texts, and a list never
/// continues on another host. Only a 400 or 401 with a JSON object means that the grant is gone.
pub fn syncaroo_answer(data: &[u8]) {
    let answer = answer(data);
    let base = Url::parse("https://app.syncaroo.com/api").expect("a valid address");
    match read_tokens(&answer) {
        Ok(grant) => {
            assert!(answer.status.is_success() && grant.expires_at.is_some_and(|time| time > 0));
            for secret in [Some(&grant.access), grant.renewal.as_ref()] {
                let text = secret.expect("both tokens").expose_secret();
                assert!((1..=4096).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()));
            }
        }
        Err(error) => assert_classified(&answer, &error),
    }
    match read_locations(&base, &answer) {
        Ok(batch) => {
            assert_next(batch.next.as_deref());
            for place in batch.rows {
                assert!(is_id(&place.id) && !place.name.is_empty() && place.kind == "workspace");
                [place.name, place.status, place.address.street].iter().for_each(|text| assert_displayable(text, 300));
            }
        }
        Err(error) => assert_classified(&answer, &error),
    }
    let resources = read_resources(&base, &answer);
    assert_next(resources.as_ref().ok().and_then(|batch| batch.next.as_deref()));
    for item in resources.map(|batch| batch.rows).unwrap_or_default() {
        assert!(is_id(&item.id) && !item.name.is_empty());
        [item.name, item.kind, item.status].iter().for_each(|text| assert_displayable(text, 300));
    }
}

/// A cursor is a number and a path: the host is always the configured one.
fn assert_next(cursor: Option<&str>) {
    let Some(cursor) = cursor else { return };
    assert!(cursor.len() <= 2048 && cursor.starts_with("2 /"), "{cursor}");
}

fn assert_classified(answer: &Answer, error: &ConnectorError) {
    // An answer means that the refresh token was sent and may be spent, so the error must never say that nothing was.
    assert!(!matches!(error, ConnectorError::Unreachable { .. } | ConnectorError::TooSlow), "{error}");
    if *error == ConnectorError::GrantGone {
        let is_object = serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok_and(|body| body.is_object());
        assert!(is_object && matches!(answer.status.as_u16(), 400 | 401), "{error}");
    }
}
