//! Properties of the parsers: any nesting gives the same communities, and no body makes them panic.

use proptest::prelude::*;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::super::{read_communities, read_sign_in};
use crate::server::{connectors::ConnectorError, outbound::Answer};

const BODIES: [&str; 4] = [
    r#"{"access_token":"d023e1","user":{"userId":"1142","userType":"STAFF","fullname":"J\u004a"}}"#,
    r#"{"response":{"communities":{"community":[[{"communityId":"10","title":"A"}],[{"communityId":2}]]}},
        "status":"success"}"#,
    r#"{"response":{"meta":{"response":{"message":"invalid_grant"},"status":"failed"}}}"#,
    r#"{"error":"authentication_failure","error_description":"invalid password"}"#,
];

/// Communities in lists of any nesting, with the ids in their order.
fn nested() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof!["[a-z0-9_-]{1,64}".prop_map(|id| json!({"communityId": id})), Just(json!(null))];
    leaf.prop_recursive(6, 64, 8, |inner| prop::collection::vec(inner, 0..8).prop_map(Value::Array))
}

fn ids(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(ids).collect(),
        Value::Object(row) => row["communityId"].as_str().map(str::to_owned).into_iter().collect(),
        _ => Vec::new(),
    }
}

proptest! {
    #[test]
    fn communities_of_any_nesting_are_read_in_their_order(community in nested()) {
        let body = json!({"response": {"communities": {"community": community}}, "status": "success"});
        let batch = read_communities(&Answer::new(StatusCode::OK, body.to_string())).unwrap();
        let read: Vec<_> = batch.rows.into_iter().map(|place| place.id).collect();
        prop_assert_eq!((read, batch.malformed), (ids(&community), 0));
    }

    #[test]
    fn no_damaged_body_makes_the_parsers_panic_and_a_cut_one_is_never_a_wrong_password(
        which in 0..BODIES.len(), at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let whole = BODIES[which].as_bytes();
        let at = at.index(whole.len());
        let damaged = [&whole[..at], &with, &whole[at + 1..]].concat();
        let _ = read_communities(&Answer::new(StatusCode::OK, damaged.clone()));
        let _ = read_sign_in(&Answer::new(StatusCode::OK, damaged));
        let cut = Answer::new(StatusCode::OK, &whole[..at]);
        prop_assert!(matches!(read_communities(&cut), Err(ConnectorError::NotUnderstood(_))));
        prop_assert!(read_sign_in(&cut).is_err_and(|refusal| refusal.error != ConnectorError::GrantGone));
    }
}
