//! Answers of Gryphtech REX, or of something in its place, as JSON and as XML. A first line of three digits is the HTTP
//! status; without it the status is 200.

use secrecy::ExposeSecret;

use super::answers::{answer, assert_displayable};
use crate::server::{
    connectors::{
        ConnectorError,
        rex::{Format, readers},
    },
    outbound::Answer,
    property_data::is_id,
};

/// A token fits between quotes in a header. Rows have ids that fit into a URL, and displayable texts. The page after
/// the first one is the second one. The keys are gone only if the API itself says so.
pub fn rex_answer(data: &[u8]) {
    let answer = answer(data);
    for format in [Format::Json, Format::Xml] {
        match readers::token(&answer, format) {
            Ok((token, _)) => {
                let token = token.expose_secret();
                assert!((1..=4096).contains(&token.len()));
                assert!(token.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'));
                assert!(answer.status.is_success());
            }
            Err(error) => assert_refused(&answer, &error, answer.status.is_client_error()),
        }
        if let Err(error) = readers::client(&answer, format) {
            assert_refused(&answer, &error, answer.status.is_success() || answer.status.is_client_error());
        }
        if let Err(error) = readers::token_status(&answer, format) {
            assert_refused(&answer, &error, false);
        }
        assert_lists(&answer, format);
    }
}

fn assert_lists(answer: &Answer, format: Format) {
    for (properties, next) in [(false, "offices:2"), (true, "properties:2")] {
        match readers::places(answer, format, properties) {
            Ok(batch) => {
                assert!(answer.status.is_success() && batch.rows.len() <= 1_000);
                assert!(batch.next.is_none_or(|text| text == next));
                for place in batch.rows {
                    assert!(is_id(&place.id) && !place.name.is_empty());
                    let address = place.address;
                    let texts =
                        [place.name, place.phone, place.email, place.status, address.street, address.postal_code];
                    texts.iter().for_each(|text| assert_displayable(text, 300));
                }
            }
            Err(error) => assert_refused(answer, &error, false),
        }
    }
    for item in readers::items(answer, format).map(|batch| batch.rows).unwrap_or_default() {
        assert!(is_id(&item.id) && !item.name.is_empty());
        assert_displayable(&item.name, 300);
    }
}

/// An answer was received, so its error must never say that nothing was sent.
fn assert_refused(answer: &Answer, error: &ConnectorError, may_be_gone: bool) {
    assert!(!matches!(error, ConnectorError::Unreachable { .. } | ConnectorError::TooSlow), "{error}");
    assert!(*error != ConnectorError::GrantGone || may_be_gone, "{}", answer.status);
}
