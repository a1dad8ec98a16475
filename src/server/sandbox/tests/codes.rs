//! Codes, credentials and tokens.

use super::super::{Company, Property, Staff};
use super::*;

#[tokio::test]
async fn a_code_is_exchanged_once() {
    let world = world();
    let code = world.mint_code("acme", 48213);
    let first = exchange(&world, &code).await;
    assert_eq!(first.status, StatusCode::OK);
    let token = first.result();
    assert_eq!(token["access_token"].as_str().unwrap().len(), 40);
    assert_eq!(token["expires_in"], 7_776_000);
    assert_eq!((&token["token_type"], &token["scope"]), (&json!("bearer"), &Value::Null));

    let second = exchange(&world, &code).await;
    assert_eq!((second.status, second.error_code()), (StatusCode::OK, json!(400)));
    assert_eq!(world.exchanges(), 2);
}

#[tokio::test]
async fn a_code_dies_after_sixty_seconds_of_world_time() {
    let world = world();
    let (in_time, late) = (world.mint_code("acme", 48213), world.mint_code("acme", 48213));
    world.advance(59 * SECOND);
    assert!(exchange(&world, &in_time).await.result().is_object());
    world.advance(SECOND);
    assert_eq!(exchange(&world, &late).await.error_code(), 400);
    assert!(world.requests()[1].outcome.contains("expired"));
}

#[tokio::test]
async fn every_exchange_gives_another_token() {
    let world = world();
    let (one, two) = (token(&world, "acme", "48213").await, token(&world, "acme", "48213").await);
    assert_ne!(one, two);
    assert_eq!(user_info(&world, &one).await.result(), user_info(&world, &two).await.result());
}

#[tokio::test]
async fn a_wrong_secret_or_grant_type_is_refused_and_leaves_the_code_usable() {
    let world = world();
    let code = world.mint_code("acme", 48213);
    for (field, code_of_error) in [("client_id", 401), ("client_secret", 401), ("grant_type", 400), ("type", 401)] {
        let mut request = token_request(&world, &code);
        request["auth"][field] = json!("wrong");
        let got = send(&world, post("/api/oauth", &request)).await;
        assert_eq!((got.status, got.error_code()), (StatusCode::OK, json!(code_of_error)), "{field}");
    }
    let right: Vec<_> = world.requests().iter().map(|received| received.client_ok).collect();
    assert_eq!(right, [Some(false), Some(false), Some(true), Some(true)]);
    assert!(exchange(&world, &code).await.result().is_object());
}

#[tokio::test]
async fn only_json_posts_of_known_methods_with_empty_params_are_taken() {
    let world = world();
    let body = token_request(&world, &world.mint_code("acme", 48213));
    let got = send(&world, Request::get("/api/oauth").body(Body::empty()).unwrap()).await;
    assert_eq!(got.error_code(), 405);
    let form = Request::post("/api/oauth").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let got = send(&world, form.body(Body::from(body.to_string())).unwrap()).await;
    assert_eq!(got.error_code(), 415);
    for nonsense in [json!(null), json!([]), json!("text"), json!(7)] {
        assert_eq!(send(&world, post("/api/oauth", &nonsense)).await.error_code(), 400);
    }
    for (field, value, code) in [("name", json!("getLeases"), 404), ("params", json!({ "a": 1 }), 400)] {
        let mut request = body.clone();
        request["method"][field] = value;
        assert_eq!(send(&world, post("/api/oauth", &request)).await.error_code(), code);
    }
    let mut request = body.clone();
    request["method"]["params"] = json!([]);
    assert!(send(&world, post("/api/oauth", &request)).await.result().is_object());
}

#[tokio::test]
async fn user_info_wants_a_bearer_token_that_was_issued_here() {
    let world = world();
    let token = token(&world, "beech", "00d41e77a2").await;
    let got = user_info(&world, &token).await;
    assert_eq!(
        got.result(),
        json!({
            "user_id": "00d41e77a2", "company_name": "Beech & Rowan Property Group", "subdomain": "beech",
            "properties": [{ "id": 90417, "name": "Rowan Place", "address": "18 Rowan Place, Asheville, NC 28801" }],
        })
    );
    assert!(got.content_type.eq_ignore_ascii_case("application/json; charset=utf-8"));
    assert_eq!(user_info(&world, &"0".repeat(40)).await.error_code(), 401);
    let log = world.requests();
    assert_eq!((log[1].bearer_ok, log[2].bearer_ok), (Some(true), Some(false)));
    assert_eq!((log[1].subdomain.as_deref(), log[2].subdomain.as_deref()), (Some("beech"), None));

    world.advance(World::TOKEN_LIFE);
    assert_eq!(user_info(&world, &token).await.error_code(), 401);
    assert_eq!(world.user_infos(), 3);
}

#[tokio::test]
async fn the_user_is_told_as_the_world_is_now() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    world.rename_company("acme", "Acme Homes");
    world.set_properties("acme", 48213, Vec::new());
    let result = user_info(&world, &token).await.result();
    assert_eq!(result["company_name"], "Acme Homes");
    assert_eq!((&result["properties"], &result["user_id"]), (&json!([]), &json!(48213)));

    world.add_company(Company::new("dogwood", "Dogwood"));
    world.add_staff("dogwood", Staff::new(1, "New", "Manager").seeing([Property::new(9, "Nine", "9 Nine St")]));
    let token = super::token(&world, "dogwood", "1").await;
    assert_eq!(user_info(&world, &token).await.result()["properties"][0]["id"], 9);
}

#[test]
fn codes_are_base64_and_go_into_the_url_as_they_are() {
    let world = world();
    for part in ["+", "/", "==", "="] {
        let code = world.mint_code_with("acme", 48213, part);
        assert!(code.contains(part));
        let (plain, escaped) = (world.launch_url(&code), world.launch_url_escaped(&code));
        assert_eq!(plain, format!("http://localhost:3000/login?referrer=propertysolutions&auth_code={code}"));
        assert!(!escaped.split_once("auth_code=").unwrap().1.contains(['+', '/', '=']));
    }
}
