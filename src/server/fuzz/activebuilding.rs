//! Answers of ActiveBuilding, or of something in its place, to a sign-in and to the call for communities.

use secrecy::ExposeSecret;

use super::answers::{answer, assert_displayable};
use crate::server::{
    connectors::{
        ConnectorError,
        activebuilding::{read_communities, read_sign_in},
    },
    outbound::Answer,
    property_data::is_id,
};

/// A token has 1 to 4,096 visible characters, a community an id that fits into a URL, and texts are displayable. Only a
/// JSON object can mean that the user or this server is refused.
pub fn activebuilding_answer(data: &[u8]) {
    let answer = answer(data);
    match read_sign_in(&answer).map_err(|refusal| refusal.error) {
        Ok(signed_in) => {
            let token = signed_in.token.expose_secret();
            assert!((1..=4096).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic()));
            let user = signed_in.user;
            [&user.id, &user.name, &user.email].into_iter().for_each(|text| assert_displayable(text, 300));
            assert!(answer.status.is_success());
        }
        Err(error) => assert_classified(&answer, &error),
    }
    match read_communities(&answer) {
        Ok(batch) => {
            assert!(answer.status.is_success() && batch.next.is_none());
            for place in batch.rows {
                assert!(is_id(&place.id) && !place.name.is_empty());
                assert_displayable(&place.name, 300);
                assert_eq!(place.kind, "community");
            }
        }
        Err(error) => assert_classified(&answer, &error),
    }
}

fn assert_classified(answer: &Answer, error: &ConnectorError) {
    // An answer means that the password was sent, so the error must never say that nothing was.
    assert!(!matches!(error, ConnectorError::Unreachable { .. } | ConnectorError::TooSlow), "{error}");
    if matches!(error, ConnectorError::GrantGone | ConnectorError::ClientRefused(_)) {
        assert!(
            serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok_and(|body| body.is_object()),
            "{error}"
        );
    }
}
