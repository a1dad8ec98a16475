//! Auth codes, credentials and tokens.

use super::*;
use crate::entrata::grant::TOKEN_LIFETIME;
use crate::entrata::{Company, Property, Staff};

#[tokio::test]
async fn a_code_can_be_exchanged_once() {
    let entrata = simulator();
    let code = entrata.mint_code("acme", 48213);
    let first = exchange(&entrata, &code).await;
    assert_eq!(first.status, StatusCode::OK);
    let token = first.result();
    assert_eq!(token["access_token"].as_str().unwrap().len(), 40);
    assert_eq!(token["expires_in"], 7_776_000);
    assert_eq!((&token["token_type"], &token["scope"]), (&json!("bearer"), &Value::Null));

    let second = exchange(&entrata, &code).await;
    assert_eq!((second.status, second.error_code()), (StatusCode::OK, json!(400)));
    assert_eq!(entrata.exchanges(), 2);
}

#[tokio::test]
async fn a_code_expires_after_sixty_seconds_of_simulated_time() {
    let entrata = simulator();
    let (in_time, late) = (entrata.mint_code("acme", 48213), entrata.mint_code("acme", 48213));
    entrata.advance(59 * SECOND);
    assert!(exchange(&entrata, &in_time).await.result().is_object());
    entrata.advance(SECOND);
    assert_eq!(exchange(&entrata, &late).await.error_code(), 400);
    assert!(entrata.requests()[1].outcome.contains("expired"));
}

#[tokio::test]
async fn every_exchange_returns_a_new_token() {
    let entrata = simulator();
    let (one, two) = (token(&entrata, "acme", "48213").await, token(&entrata, "acme", "48213").await);
    assert_ne!(one, two);
    assert_eq!(user_info(&entrata, &one).await.result(), user_info(&entrata, &two).await.result());
}

#[tokio::test]
async fn a_wrong_secret_or_grant_type_is_refused_and_leaves_the_code_usable() {
    let entrata = simulator();
    let code = entrata.mint_code("acme", 48213);
    for (field, code_of_error) in [("client_id", 401), ("client_secret", 401), ("grant_type", 400), ("type", 401)] {
        let mut request = token_request(&entrata, &code);
        request["auth"][field] = json!("wrong");
        let response = send(&entrata, post("/api/oauth", &request)).await;
        assert_eq!((response.status, response.error_code()), (StatusCode::OK, json!(code_of_error)), "{field}");
    }
    let client_ok: Vec<_> = entrata.requests().iter().map(|request| request.client_ok).collect();
    assert_eq!(client_ok, [Some(false), Some(false), Some(true), Some(true)]);
    assert!(exchange(&entrata, &code).await.result().is_object());
}

#[tokio::test]
async fn only_json_posts_of_known_methods_with_empty_params_are_accepted() {
    let entrata = simulator();
    let body = token_request(&entrata, &entrata.mint_code("acme", 48213));
    let response = send(&entrata, Request::get("/api/oauth").body(Body::empty()).unwrap()).await;
    assert_eq!(response.error_code(), 405);
    let form = Request::post("/api/oauth").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let response = send(&entrata, form.body(Body::from(body.to_string())).unwrap()).await;
    assert_eq!(response.error_code(), 415);
    for nonsense in [json!(null), json!([]), json!("text"), json!(7)] {
        assert_eq!(send(&entrata, post("/api/oauth", &nonsense)).await.error_code(), 400);
    }
    for (field, value, code) in [("name", json!("getLeases"), 404), ("params", json!({ "a": 1 }), 400)] {
        let mut request = body.clone();
        request["method"][field] = value;
        assert_eq!(send(&entrata, post("/api/oauth", &request)).await.error_code(), code);
    }
    let mut request = body.clone();
    request["method"]["params"] = json!([]);
    assert!(send(&entrata, post("/api/oauth", &request)).await.result().is_object());
}

#[tokio::test]
async fn user_info_requires_a_token_that_entrata_issued() {
    let entrata = simulator();
    let token = token(&entrata, "beech", "00d41e77a2").await;
    let response = user_info(&entrata, &token).await;
    assert_eq!(
        response.result(),
        json!({
            "user_id": "00d41e77a2", "company_name": "Beech & Rowan Property Group", "subdomain": "beech",
            "properties": [{ "id": 90417, "name": "Rowan Place", "address": "18 Rowan Place, Asheville, NC 28801" }],
        })
    );
    assert!(response.content_type.eq_ignore_ascii_case("application/json; charset=utf-8"));
    assert_eq!(user_info(&entrata, &"0".repeat(40)).await.error_code(), 401);
    let log = entrata.requests();
    assert_eq!((log[1].bearer_ok, log[2].bearer_ok), (Some(true), Some(false)));
    assert_eq!((log[1].subdomain.as_deref(), log[2].subdomain.as_deref()), (Some("beech"), None));

    entrata.advance(TOKEN_LIFETIME);
    assert_eq!(user_info(&entrata, &token).await.error_code(), 401);
    assert_eq!(entrata.user_infos(), 3);
}

#[tokio::test]
async fn user_info_returns_the_current_user() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    entrata.rename_company("acme", "Acme Homes");
    entrata.set_properties("acme", 48213, Vec::new());
    let result = user_info(&entrata, &token).await.result();
    assert_eq!(result["company_name"], "Acme Homes");
    assert_eq!((&result["properties"], &result["user_id"]), (&json!([]), &json!(48213)));

    let staff = Staff::new(1, "New", "Manager").with_properties([Property::new(9, "Nine", "9 Nine St")]);
    entrata.add_company(Company::new("dogwood", "Dogwood").with_staff(staff));
    let token = super::token(&entrata, "dogwood", "1").await;
    assert_eq!(user_info(&entrata, &token).await.result()["properties"][0]["id"], 9);
}

#[test]
fn launch_urls_contain_the_base64_code_unencoded() {
    let entrata = simulator();
    for part in ["+", "/", "==", "="] {
        let code = entrata.mint_code_with("acme", 48213, part);
        assert!(code.contains(part));
        let (plain, escaped) = (entrata.launch_url(&code), entrata.launch_url_escaped(&code));
        assert_eq!(plain, format!("http://localhost:3000/login?referrer=propertysolutions&auth_code={code}"));
        assert!(!escaped.split_once("auth_code=").unwrap().1.contains(['+', '/', '=']));
    }
}
