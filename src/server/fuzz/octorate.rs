//! Answers of Octorate, or of something in its place.

use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;

use super::answers::{answer, assert_displayable};
use crate::server::{
    clock::Epoch,
    connectors::{ConnectorError, Position, octorate},
    outbound::Answer,
    property_data::is_id,
};

/// When the answers arrive: 2020-03-17T17:00:00Z.
const NOW: Epoch = 1_584_464_400;
/// The longest text that connectors read, in characters.
const MAX_TEXT: usize = 300;

/// Tokens fit into a header and expire later than now or at an unknown time. Rows have ids that fit into a URL and
/// displayable texts. A position is short, and each page after it has a greater number. An answer's error never says
/// that nothing was sent.
pub fn octorate_answer(data: &[u8]) {
    let answer = answer(data);
    let check = |error: ConnectorError| {
        assert!(!matches!(error, ConnectorError::Unreachable { .. } | ConnectorError::TooSlow), "{error}");
        assert_ne!(error, ConnectorError::GrantGone, "a reader alone can't know that");
    };
    for grant in [octorate::read_code_answer(&answer, NOW), octorate::read_refresh_answer(&answer, NOW)] {
        match grant {
            Ok(grant) => {
                assert!(answer.status.is_success() && grant.expires_at.is_none_or(|at| at > NOW));
                for token in [Some(&grant.access), grant.renewal.as_ref()] {
                    let token = token.expect("both readers return a renewal").expose_secret();
                    assert!((1..=4096).contains(&token.len()));
                    assert!(HeaderValue::try_from(format!("Bearer {token}")).is_ok());
                }
            }
            Err(error) => check(error),
        }
    }
    match octorate::read_subject(&answer) {
        Ok(subject) => {
            assert!(!subject.name.is_empty());
            [subject.id, subject.name].iter().for_each(|text| assert_displayable(text, MAX_TEXT));
        }
        Err(error) => check(error),
    }
    lists(&answer, check);
}

fn lists(answer: &Answer, check: impl Fn(ConnectorError)) {
    let start = Position::default();
    match octorate::read_places(answer, start) {
        Ok(batch) => {
            for place in &batch.rows {
                assert!(is_id(&place.id) && !place.name.is_empty());
                let address = &place.address;
                let texts = [&place.name, &place.phone, &place.email, &place.kind, &address.street, &address.city];
                texts.into_iter().for_each(|text| assert_displayable(text, MAX_TEXT));
            }
            if let Some(next) = batch.next {
                assert!(next.starts_with("1 ") && next.len() <= 140);
                let again = Position { cursor: Some(&next), changed_since: None };
                let repeated = octorate::read_places(answer, again).expect("it was understood before");
                assert!(repeated.rows.is_empty(), "a repeated page is not read twice");
                assert!(repeated.next.is_some_and(|next| next.starts_with("2 ")));
            }
        }
        Err(error) => check(error),
    }
    match octorate::read_items(answer, start) {
        Ok(batch) => {
            assert!(batch.rows.iter().all(|item| is_id(&item.id) && !item.name.is_empty()));
            batch.rows.iter().for_each(|item| assert_displayable(&item.name, MAX_TEXT));
        }
        Err(error) => check(error),
    }
}
