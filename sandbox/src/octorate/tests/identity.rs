//! Code exchange, refresh and ApiLogin.

use super::*;
use crate::octorate::{CodeLife, ExpiryForm, GrantTypes, RefusalStatus, TokenName};

#[tokio::test]
async fn five_correct_fields_return_both_tokens_and_a_future_expiry_date_in_utc() {
    let octorate = simulator();
    let answer = exchange(&octorate, &code(&octorate)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert!(body["access_token"].is_string() && body["refresh_token"].is_string() && body["expires_in"].is_null());
    let date = body["expireDate"].as_str().unwrap();
    let now = octorate.simulation().clock.now_millis();
    let expected = [3_598, 3_601].map(|seconds| crate::octorate::date::with_milliseconds(now + seconds * 1000));
    assert!(date.len() == 24 && date.ends_with('Z') && *expected[0] < *date && *date < *expected[1], "{date}");
}

#[tokio::test]
async fn a_code_is_exchanged_once() {
    let octorate = simulator();
    let code = code(&octorate);
    assert_eq!(exchange(&octorate, &code).await.status, StatusCode::OK);
    let again = exchange(&octorate, &code).await;
    assert!(again.is_refusal() && again.status == StatusCode::BAD_REQUEST, "{}", again.body);
}

/// Presents a code after this many seconds.
async fn exchange_after(octorate: &Simulator, seconds: i64) -> u16 {
    let code = code(octorate);
    octorate.simulation().clock.advance(seconds);
    let answer = exchange(octorate, &code).await;
    assert!(answer.status == StatusCode::OK || answer.is_refusal());
    answer.status.as_u16()
}

#[tokio::test]
async fn a_code_is_good_after_59_seconds() {
    assert_eq!(exchange_after(&simulator(), 59).await, 200);
}

#[tokio::test]
async fn after_61_seconds_a_code_is_refused_and_in_the_three_minute_mode_exchanged() {
    assert_eq!(exchange_after(&simulator(), 61).await, 400);
    let lenient = with_modes(|modes| modes.code_life = CodeLife::ThreeMinutes);
    assert_eq!(exchange_after(&lenient, 61).await, 200);
}

#[tokio::test]
async fn after_181_seconds_a_code_is_refused_in_both_modes() {
    assert_eq!(exchange_after(&simulator(), 181).await, 400);
    let lenient = with_modes(|modes| modes.code_life = CodeLife::ThreeMinutes);
    assert_eq!(exchange_after(&lenient, 181).await, 400);
}

/// Exchanges a code with one field changed.
async fn exchange_with(octorate: &Simulator, field: &str, value: &str) -> TestResponse {
    let (app, code) = (app(octorate), code(octorate));
    let fields = token_fields(&app, &code).map(|(name, right)| (name, if name == field { value } else { right }));
    post(octorate, "/rest/v1/identity/token", &fields).await
}

#[tokio::test]
async fn another_redirect_uri_than_at_consent_is_refused() {
    let octorate = simulator();
    octorate.add_redirect_uri(&app(&octorate).client_id, "https://second.example/");
    assert!(exchange_with(&octorate, "redirect_uri", "https://second.example/").await.is_refusal());
}

#[tokio::test]
async fn a_wrong_client_secret_is_refused_and_not_repeated_in_the_answer() {
    let answer = exchange_with(&simulator(), "client_secret", "a-wrong-secret").await;
    assert!(answer.is_refusal() && !answer.body.contains("a-wrong-secret"), "{}", answer.body);
}

#[tokio::test]
async fn a_code_of_another_client_is_refused() {
    let octorate = simulator();
    let (other, code) = (octorate.apps()[1].clone(), code(&octorate));
    assert!(post(&octorate, "/rest/v1/identity/token", &token_fields(&other, &code)).await.is_refusal());
}

#[tokio::test]
async fn each_of_the_five_fields_is_required() {
    let octorate = simulator();
    for left_out in ["client_id", "client_secret", "redirect_uri", "grant_type", "code"] {
        let (app, code) = (app(&octorate), code(&octorate));
        let fields: Vec<_> = token_fields(&app, &code).into_iter().filter(|(name, _)| *name != left_out).collect();
        let answer = post(&octorate, "/rest/v1/identity/token", &fields).await;
        assert!(answer.is_refusal() && answer.status == StatusCode::BAD_REQUEST, "{left_out}: {}", answer.body);
        assert_eq!(exchange_with(&octorate, left_out, "").await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn grant_type_authorization_code_is_refused_except_in_the_lenient_mode() {
    let answer = exchange_with(&simulator(), "grant_type", "authorization_code").await;
    assert!(answer.is_refusal() && answer.status == StatusCode::BAD_REQUEST);
    let lenient = with_modes(|modes| modes.grant_types = GrantTypes::Lenient);
    assert_eq!(exchange_with(&lenient, "grant_type", "authorization_code").await.status, StatusCode::OK);
    assert_eq!(exchange_with(&lenient, "grant_type", "password").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_json_body_is_refused() {
    let octorate = simulator();
    let (app, code) = (app(&octorate), code(&octorate));
    let body: Value = token_fields(&app, &code).into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    let request = Request::post("/rest/v1/identity/token").header(header::CONTENT_TYPE, "application/json");
    let answer = send(&octorate, request.body(Body::from(body.to_string())).unwrap()).await;
    assert!(answer.status.is_client_error() && answer.is_refusal());
}

#[tokio::test]
async fn a_get_of_an_identity_call_gets_405() {
    for path in ["token", "refresh", "apilogin"] {
        let request = Request::get(format!("/rest/v1/identity/{path}")).body(Body::empty()).unwrap();
        let answer = send(&simulator(), request).await;
        assert_eq!(answer.error(), (405, "MethodNotAllowed".to_owned()));
        assert_eq!(answer.headers[header::ALLOW], "POST");
    }
}

#[tokio::test]
async fn every_form_of_expiry_and_token_name_can_be_simulated() {
    let forms = [
        (ExpiryForm::Date, Some("Z"), false),
        (ExpiryForm::DateWithoutMilliseconds, Some("Z"), false),
        (ExpiryForm::DateWithZone, Some("Z[UTC]"), false),
        (ExpiryForm::Seconds, None, true),
        (ExpiryForm::Both, Some("Z"), true),
        (ExpiryForm::Absent, None, false),
    ];
    for (expiry, date_end, has_seconds) in forms {
        let octorate = with_modes(|modes| modes.expiry = expiry);
        let body = exchange(&octorate, &code(&octorate)).await.json();
        let date = body["expireDate"].as_str();
        assert_eq!(date.is_some(), date_end.is_some(), "{expiry:?}");
        assert!(date.is_none_or(|date| date.ends_with(date_end.unwrap())), "{expiry:?}");
        let has_milliseconds = date.is_some_and(|date| date.contains('.'));
        assert_eq!(has_milliseconds, date_end.is_some() && expiry != ExpiryForm::DateWithoutMilliseconds);
        assert_eq!(body["expires_in"].as_i64(), has_seconds.then_some(3600), "{expiry:?}");
    }
    for (name, standard, alias) in
        [(TokenName::Documented, true, false), (TokenName::WithAlias, true, true), (TokenName::AliasOnly, false, true)]
    {
        let octorate = with_modes(|modes| modes.token_name = name);
        let body = exchange(&octorate, &code(&octorate)).await.json();
        assert_eq!((body["access_token"].is_string(), body["accessToken"].is_string()), (standard, alias), "{name:?}");
    }
}

async fn refresh(octorate: &Simulator, refresh_token: &str, more: &[(&str, &str)]) -> TestResponse {
    let app = app(octorate);
    let fields = [
        ("client_id", app.client_id.as_str()),
        ("client_secret", app.client_secret.as_str()),
        ("refresh_token", refresh_token),
    ];
    post(octorate, "/rest/v1/identity/refresh", &[&fields, more].concat()).await
}

#[tokio::test]
async fn a_refresh_returns_another_access_token_with_an_expiry_and_no_refresh_token() {
    let octorate = simulator();
    let (access, refresh_token) = tokens(&octorate).await;
    let body = refresh(&octorate, &refresh_token, &[]).await.json();
    assert!(body["access_token"].is_string() && body["access_token"] != access.as_str());
    assert!(body["expireDate"].is_string() && body["refresh_token"].is_null());
    assert_eq!(get(&octorate, "/rest/v1/user/info", body["access_token"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn a_refresh_may_name_its_grant_type() {
    let octorate = simulator();
    let (_, refresh_token) = tokens(&octorate).await;
    let answer = refresh(&octorate, &refresh_token, &[("grant_type", "refresh_token"), ("notes", "n")]).await;
    assert!(answer.status == StatusCode::OK && answer.json()["refresh_token"].is_null());
}

#[tokio::test]
async fn a_refresh_token_is_good_after_five_years_and_any_number_of_uses() {
    let octorate = simulator();
    let (_, refresh_token) = tokens(&octorate).await;
    octorate.simulation().clock.advance(5 * 365 * 86_400);
    for _ in 0..3 {
        assert_eq!(refresh(&octorate, &refresh_token, &[]).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_refresh_is_refused_after_the_user_disconnected_with_either_documented_status() {
    for (mode, status) in [(RefusalStatus::BadRequest, 400), (RefusalStatus::Forbidden, 403)] {
        let octorate = with_modes(|modes| modes.refusal = mode);
        let (access, refresh_token) = tokens(&octorate).await;
        octorate.disconnect("bruno");
        assert_eq!(refresh(&octorate, &refresh_token, &[]).await.status, StatusCode::OK);
        octorate.disconnect("anna");
        let answer = refresh(&octorate, &refresh_token, &[]).await;
        assert!(answer.is_refusal() && answer.status.as_u16() == status, "{}", answer.body);
        assert_eq!(get(&octorate, "/rest/v1/user/info", &access).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_refresh_without_the_right_client_secret_is_refused() {
    let octorate = simulator();
    let (_, refresh_token) = tokens(&octorate).await;
    let (app, other) = (app(&octorate), octorate.apps()[1].clone());
    for (id, secret) in [
        (&app.client_id, None),
        (&app.client_id, Some("wrong")),
        (&app.client_id, Some(other.client_secret.as_str())),
        (&other.client_id, Some(other.client_secret.as_str())),
    ] {
        let mut fields = vec![("client_id", id.as_str()), ("refresh_token", refresh_token.as_str())];
        fields.extend(secret.map(|secret| ("client_secret", secret)));
        assert!(post(&octorate, "/rest/v1/identity/refresh", &fields).await.is_refusal(), "{id} {secret:?}");
    }
}

#[tokio::test]
async fn api_login_returns_an_access_token_alone_and_refuses_a_wrong_secret() {
    let octorate = simulator();
    let token = api_login(&octorate).await;
    assert_eq!(get(&octorate, "/rest/v1/user/info", &token).await.status, StatusCode::OK);
    let fields = [("client_id", app(&octorate).client_id), ("client_secret", "wrong".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert!(post(&octorate, "/rest/v1/identity/apilogin", &fields).await.is_refusal());
}
