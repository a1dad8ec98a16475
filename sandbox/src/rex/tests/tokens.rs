//! Tokens.

use super::*;

#[tokio::test]
async fn the_body_of_129_bytes_obtains_a_token() {
    let (simulator, keys, _) = simulator();
    let body = token_body(&keys);
    assert_eq!(body.len(), 129);
    let reply = post_form(&simulator, "/oauth/token", body).await;
    assert_eq!(reply.status, StatusCode::OK);
    let token = reply.json()["access_token"].as_str().unwrap().to_owned();
    assert!(token.contains('+') && token.contains('/') && token.ends_with('='));
}

#[tokio::test]
async fn an_ordinary_form_obtains_no_token() {
    let (simulator, keys, _) = simulator();
    let reply = post_form(&simulator, "/oauth/token", inner_form(&keys)).await;
    assert!(reply.status.is_client_error() && reply.has_no_token());
}

#[tokio::test]
async fn an_unencoded_inner_form_obtains_no_token() {
    let (simulator, keys, _) = simulator();
    let reply = post_form(&simulator, "/oauth/token", format!("={}", inner_form(&keys))).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.has_no_token());
}

#[tokio::test]
async fn lower_case_hex_and_another_order_of_the_inner_fields_are_accepted() {
    let (simulator, keys, _) = simulator();
    let lower = token_body(&keys).replace("%3D", "%3d");
    assert_eq!(post_form(&simulator, "/oauth/token", lower).await.status, StatusCode::OK);
    let inner = format!("code={}&grant_type=authorization_code&client_id={}", keys.secret_key, keys.api_key);
    let reordered = format!("={}", inner.replace('=', "%3d").replace('&', "%26"));
    assert_eq!(post_form(&simulator, "/oauth/token", reordered).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_space_or_a_newline_before_the_equals_sign_obtains_no_token() {
    let (simulator, keys, _) = simulator();
    for before in [" ", "\n", "\r\n"] {
        let reply = post_form(&simulator, "/oauth/token", format!("{before}{}", token_body(&keys))).await;
        assert!(reply.status.is_client_error() && reply.has_no_token(), "{before:?}");
    }
}

#[tokio::test]
async fn a_missing_or_json_content_type_is_a_bad_request() {
    let (simulator, keys, _) = simulator();
    for headers in [vec![("accept", JSON)], vec![("accept", JSON), ("content-type", "application/json")]] {
        let reply = post(&simulator, "/oauth/token", &headers, token_body(&keys)).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert!(reply.json()["Message"].is_string());
    }
}

#[tokio::test]
async fn accept_json_answers_json_with_a_refresh_token_of_null() {
    let (simulator, keys, _) = simulator();
    let json = post_form(&simulator, "/oauth/token", token_body(&keys)).await.json();
    let fields = json.as_object().unwrap();
    assert!(fields.len() == 4 && fields["refresh_token"].is_null());
}

#[tokio::test]
async fn accept_xml_answers_an_access_token_response_with_exactly_three_children() {
    let (simulator, keys, _) = simulator();
    let headers = [("content-type", FORM), ("accept", XML)];
    let reply = post(&simulator, "/oauth/token", &headers, token_body(&keys)).await;
    assert!(reply.body.contains("<AccessTokenResponse><access_token>"));
    assert_eq!(reply.body.matches("</").count(), 4);
    assert_eq!((reply.element("token_type"), reply.element("expires_in")), ("token", "172800"));
}

#[tokio::test]
async fn no_accept_answers_xml() {
    let (simulator, keys, _) = simulator();
    let reply = post(&simulator, "/oauth/token", &[("content-type", FORM)], token_body(&keys)).await;
    assert_eq!(reply.element("token_type"), "token");
}

#[tokio::test]
async fn the_token_type_is_token_and_the_life_is_the_integer_172800() {
    let (simulator, keys, _) = simulator();
    let json = post_form(&simulator, "/oauth/token", token_body(&keys)).await.json();
    assert_eq!((json["token_type"].as_str(), json["expires_in"].as_i64()), (Some("token"), Some(172_800)));
}

#[tokio::test]
async fn another_grant_type_obtains_no_token() {
    let (simulator, keys, _) = simulator();
    for grant_type in ["code", "client_credentials", "password", ""] {
        let body = token_body(&keys).replace("authorization_code", grant_type);
        let reply = post_form(&simulator, "/oauth/token", body).await;
        assert!(reply.status.is_client_error() && reply.has_no_token(), "{grant_type}");
    }
}

#[tokio::test]
async fn a_wrong_api_key_or_secret_key_obtains_no_token() {
    let (simulator, keys, other) = simulator();
    let wrong_api_key = KeySet { api_key: "no-such-key".into(), ..keys.clone() };
    let other_secret = KeySet { secret_key: other.secret_key, ..keys.clone() };
    for wrong in [wrong_api_key, other_secret] {
        let reply = post_form(&simulator, "/oauth/token", token_body(&wrong)).await;
        assert!(reply.status.is_client_error() && reply.has_no_token());
        assert!(!reply.body.contains(&wrong.secret_key));
    }
}

#[tokio::test]
async fn a_secret_key_under_the_name_secret_obtains_no_token() {
    let (simulator, keys, _) = simulator();
    let body = token_body(&keys).replace("%26code%3D", "%26secret%3D");
    let reply = post_form(&simulator, "/oauth/token", body).await;
    assert!(reply.status.is_client_error() && reply.has_no_token());
}

#[tokio::test]
async fn get_is_not_allowed() {
    let (simulator, ..) = simulator();
    let reply = get(&simulator, "/oauth/token", &[]).await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(reply.has_no_token());
}

#[tokio::test]
async fn plain_http_is_forbidden() {
    let (simulator, keys, _) = simulator();
    let headers = [("content-type", FORM), ("accept", JSON), ("x-forwarded-proto", "http")];
    let reply = post(&simulator, "/oauth/token", &headers, token_body(&keys)).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(reply.has_no_token());

    simulator.set_settings(Settings { require_https: true, ..Settings::default() });
    let reply = post_form(&simulator, "/oauth/token", token_body(&keys)).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    let headers = [("content-type", FORM), ("accept", JSON), ("x-forwarded-proto", "https")];
    let reply = post(&simulator, "/oauth/token", &headers, token_body(&keys)).await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn tokens_from_json_and_from_xml_both_work() {
    let (simulator, keys, _) = simulator();
    let from_json = token(&simulator, &keys).await;
    let reply = post(&simulator, "/oauth/token", &[("content-type", FORM)], token_body(&keys)).await;
    let from_xml = reply.element("access_token").to_owned();
    assert_ne!(from_json, from_xml);
    assert_eq!(from_json.len(), from_xml.len());
    for token in [from_json, from_xml] {
        let header = authorization(&token, &keys);
        let reply = get(&simulator, "/integrator/71001/offices?page=1&take=1", &[("authorization", &header)]).await;
        assert_eq!(reply.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn revoked_keys_obtain_no_token_and_their_tokens_end() {
    let (simulator, keys, _) = simulator();
    let header = authorization(&token(&simulator, &keys).await, &keys);
    simulator.revoke(&keys.api_key);
    let reply = get(&simulator, "/integrator/71001/offices", &[("authorization", &header)]).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert!(post_form(&simulator, "/oauth/token", token_body(&keys)).await.has_no_token());
    simulator.restore(&keys.api_key);
    assert_eq!(post_form(&simulator, "/oauth/token", token_body(&keys)).await.status, StatusCode::OK);
}
