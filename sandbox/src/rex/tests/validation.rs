//! ValidateToken and ValidateClient.

use super::*;
use crate::rex::eastern;

async fn token_status(simulator: &Simulator, api_key: &str, token: &str, integrator: &str) -> Value {
    let token = percent_encode(token);
    let path = format!("/oauth/ValidateToken?apiKey={api_key}&token={token}&integratorID={integrator}");
    post(simulator, &path, &[("accept", JSON)], "").await.json()
}

fn client_body(keys: &KeySet) -> String {
    format!("=client_id%3D{}%26secret%3D{}", keys.api_key, keys.secret_key)
}

async fn client_status(simulator: &Simulator, integrator: &str, body: String) -> Value {
    let reply = post_form(simulator, &format!("/oauth/ValidateClient?integratorID={integrator}"), body).await;
    if reply.status.is_success() { reply.json()["clientstatus"].clone() } else { Value::Null }
}

#[tokio::test]
async fn a_matching_triple_is_valid_and_its_expiry_is_a_date_time_without_offset() {
    let (simulator, keys, _) = simulator();
    let token = token(&simulator, &keys).await;
    let json = token_status(&simulator, &keys.api_key, &token, &keys.integrator_id).await;
    assert_eq!(json["tokenstatus"], "Valid");
    let expected = simulator.simulation().clock.now() + 172_800;
    let expiry = json["expires_in"].as_str().unwrap();
    assert!((expected - 2..=expected).any(|epoch| eastern::text(epoch) == expiry), "{expiry}");
}

#[test]
fn the_expiry_is_us_eastern_time_in_winter_and_in_summer() {
    // Issued 2014-12-02 03:30:56 GMT, as in the vendor's page, and 2014-07-02 03:30:56 GMT.
    assert_eq!(eastern::text(1_417_491_056 + 172_800), "2014-12-03T22:30:56");
    assert_eq!(eastern::text(1_404_271_856 + 172_800), "2014-07-03T23:30:56");
    // 2026: begins March 8, 7:00 UTC, ends November 1, 6:00 UTC.
    assert_eq!(eastern::text(1_772_953_199), "2026-03-08T01:59:59");
    assert_eq!(eastern::text(1_772_953_200), "2026-03-08T03:00:00");
    assert_eq!(eastern::text(1_793_512_799), "2026-11-01T01:59:59");
    assert_eq!(eastern::text(1_793_512_800), "2026-11-01T01:00:00");
    assert_eq!(eastern::text(0), "1969-12-31T19:00:00");
}

#[tokio::test]
async fn an_unknown_integrator_has_no_access() {
    let (simulator, keys, _) = simulator();
    let token = token(&simulator, &keys).await;
    assert_eq!(token_status(&simulator, &keys.api_key, &token, "99999").await["tokenstatus"], "NoAccess");
}

#[tokio::test]
async fn a_token_is_valid_for_48_hours_and_expired_a_second_later() {
    let (simulator, keys, _) = simulator();
    let token = token(&simulator, &keys).await;
    simulator.simulation().clock.advance(172_800 - 60);
    let status = token_status(&simulator, &keys.api_key, &token, &keys.integrator_id).await;
    assert_eq!(status["tokenstatus"], "Valid");
    simulator.simulation().clock.advance(61);
    let status = token_status(&simulator, &keys.api_key, &token, &keys.integrator_id).await;
    assert_eq!(status["tokenstatus"], "Expired");
}

#[tokio::test]
async fn a_token_of_another_key_is_invalid() {
    let (simulator, keys, other) = simulator();
    let token = token(&simulator, &keys).await;
    for (api_key, integrator) in [
        (&other.api_key, &other.integrator_id),
        (&other.api_key, &keys.integrator_id),
        (&keys.api_key, &other.integrator_id),
    ] {
        assert_eq!(token_status(&simulator, api_key, &token, integrator).await["tokenstatus"], "Invalid");
    }
}

#[tokio::test]
async fn an_empty_body_of_length_0_is_accepted() {
    let (simulator, keys, _) = simulator();
    let token = percent_encode(&token(&simulator, &keys).await);
    let path = format!("/oauth/ValidateToken?apiKey={}&token={token}&integratorID=71001", keys.api_key);
    let reply = post(&simulator, &path, &[("content-length", "0"), ("accept", JSON)], "").await;
    assert_eq!(reply.json()["tokenstatus"], "Valid");
    // Not percent-encoded, a plus sign is a space.
    let path = path.replace("%2B", "+");
    assert_eq!(post(&simulator, &path, &[("accept", JSON)], "").await.json()["tokenstatus"], "Invalid");
}

#[tokio::test]
async fn the_xml_answers_have_their_own_roots() {
    let (simulator, keys, _) = simulator();
    let token = percent_encode(&token(&simulator, &keys).await);
    let path = format!("/oauth/ValidateToken?apiKey={}&token={token}&integratorID=71001", keys.api_key);
    let reply = post(&simulator, &path, &[("accept", XML)], "").await;
    assert!(reply.body.contains("<TokenValidationResponse><tokenstatus>Valid</tokenstatus><expires_in>20"));
    let path = "/oauth/ValidateClient?integratorID=71001";
    let reply = post(&simulator, path, &[("content-type", FORM)], client_body(&keys)).await;
    assert!(
        reply.body.contains("<ClientValidationResponse><clientstatus>Valid_Client</clientstatus><expires_in>172800<")
    );
}

#[tokio::test]
async fn the_body_of_97_bytes_is_a_valid_client_with_a_life_in_seconds() {
    let (simulator, keys, _) = simulator();
    assert_eq!(client_body(&keys).len(), 97);
    let path = format!("/oauth/ValidateClient?integratorID={}", keys.integrator_id);
    let json = post_form(&simulator, &path, client_body(&keys)).await.json();
    assert_eq!((json["clientstatus"].as_str(), json["expires_in"].as_i64()), (Some("Valid_Client"), Some(172_800)));
}

#[tokio::test]
async fn a_wrong_key_secret_or_integrator_is_an_unauthorized_client() {
    let (simulator, keys, other) = simulator();
    let wrong_key = KeySet { api_key: other.api_key.clone(), ..keys.clone() };
    let wrong_secret = KeySet { secret_key: other.secret_key, ..keys.clone() };
    for (integrator, body) in [
        ("71001", client_body(&wrong_key)),
        ("71001", client_body(&wrong_secret)),
        ("72001", client_body(&keys)),
        ("99999", client_body(&keys)),
    ] {
        assert_eq!(client_status(&simulator, integrator, body).await, "Unauthorized_Client");
    }
}

#[tokio::test]
async fn a_client_without_the_equals_sign_or_with_a_code_is_not_valid() {
    let (simulator, keys, _) = simulator();
    let body = client_body(&keys);
    let bare = body.strip_prefix('=').unwrap().to_owned();
    for wrong in [bare, body.replace("%26secret%3D", "%26code%3D")] {
        assert_ne!(client_status(&simulator, "71001", wrong).await, "Valid_Client");
    }
}
