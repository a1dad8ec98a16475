//! The W checks of ActiveBuilding (section 3.6 of the reference), each a sentence, through the router.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::*;
use crate::simulation::{Fault, Simulation};

const DAY: i64 = 86_400;

struct Test {
    simulator: Simulator,
    router: Router,
}

impl Test {
    fn new() -> Self {
        let simulator = Simulator::new(Simulation::default());
        Self { router: router(simulator.clone()), simulator }
    }

    fn with(modes: Modes) -> Self {
        let test = Self::new();
        test.simulator.set_modes(modes);
        test
    }

    /// The five fields of a correct sign-in of the first staff user.
    fn fields(&self) -> Vec<(&'static str, String)> {
        self.fields_of("testuser@building.com")
    }

    fn fields_of(&self, email: &str) -> Vec<(&'static str, String)> {
        let user = self.simulator.users().into_iter().find(|user| user.email == email).unwrap();
        vec![
            ("grant_type", "password".into()),
            ("client_id", self.simulator.client_id().into()),
            ("client_secret", self.simulator.client_secret().into()),
            ("username", user.email),
            ("password", user.password),
        ]
    }

    async fn send(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: String) -> (StatusCode, String) {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn post(&self, uri: &str, fields: &[(&str, String)]) -> Value {
        self.post_with(uri, &[], fields).await
    }

    async fn post_with(&self, uri: &str, headers: &[(&str, &str)], fields: &[(&str, String)]) -> Value {
        let headers = [headers, &[("content-type", "application/x-www-form-urlencoded")]].concat();
        json_of(self.send("POST", uri, &headers, form(fields)).await.1)
    }

    async fn get(&self, uri: &str) -> Value {
        json_of(self.send("GET", uri, &[], String::new()).await.1)
    }

    /// Signs in with these fields. Checks that an answer without a token has exactly the two error texts.
    async fn sign_in(&self, headers: &[(&str, &str)], fields: &[(&str, String)]) -> Value {
        checked(self.post_with("/oauth/access_token", headers, fields).await)
    }

    async fn error(&self, fields: &[(&str, String)]) -> String {
        self.sign_in(&[], fields).await["error"].as_str().expect("an error").to_owned()
    }

    async fn token(&self, email: &str) -> String {
        self.sign_in(&[], &self.fields_of(email)).await["access_token"].as_str().unwrap().to_owned()
    }

    async fn staff_token(&self) -> String {
        self.token("testuser@building.com").await
    }
}

fn form(fields: &[(&str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn json_of(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
}

fn checked(answer: Value) -> Value {
    if answer.get("access_token").is_none() {
        let fields: Vec<_> =
            answer.as_object().unwrap().iter().map(|(name, value)| (&**name, value.is_string())).collect();
        assert_eq!(fields, [("error", true), ("error_description", true)], "{answer}");
    }
    answer
}

fn set(fields: &mut [(&'static str, String)], name: &str, value: &str) {
    fields.iter_mut().find(|(n, _)| *n == name).unwrap().1 = value.to_owned();
}

fn failed_envelope(message: &str) -> Value {
    json!({"response": {"message": message}, "status": "failed"})
}

fn is_failed(answer: &Value) -> bool {
    answer["status"] == "failed" && answer["response"].as_object().unwrap().keys().eq(["message"])
}

#[tokio::test]
async fn the_correct_five_field_form_gets_a_token_and_the_user_and_no_expiry() {
    let test = Test::new();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-forwarded-proto", "https")];
    let (status, text) = test.send("POST", "/oauth/access_token", &headers, form(&test.fields())).await;
    assert_eq!(status, StatusCode::OK);
    let answer = json_of(text.clone());
    assert!(answer.as_object().unwrap().keys().eq(["access_token", "user"]));
    let token = answer["access_token"].as_str().unwrap();
    assert!(token.len() == 40 && token.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    // userId is a text, and the slashes of the picture's address are escaped on the wire only.
    let picture = "https://s3.amazonaws.com/assets.activebuilding.com/Profile/1142.jpg";
    let user = json!({"userId": "1142", "userType": "STAFF", "email": "testuser@building.com",
        "fullname": "John John", "profilePicture": picture});
    assert_eq!(answer["user"], user);
    assert!(text.contains(r"https:\/\/s3.amazonaws.com\/assets") && !text.contains("://"));
}

#[tokio::test]
async fn plain_http_is_an_invalid_request_whose_description_names_https() {
    let test = Test::new();
    for scheme in ["http", "HTTP", "http, https"] {
        let answer = test.sign_in(&[("x-forwarded-proto", scheme)], &test.fields()).await;
        assert_eq!(answer["error"], "invalid_request");
        assert!(answer["error_description"].as_str().unwrap().contains("HTTPS"));
    }
    let test = Test::with(Modes { require_https: true, ..Modes::default() });
    assert_eq!(test.error(&test.fields()).await, "invalid_request");
    let answer = test.sign_in(&[("x-forwarded-proto", "https")], &test.fields()).await;
    assert!(answer["access_token"].is_string());
    assert!(is_failed(&test.get("/communities?access_token=t").await));
}

#[tokio::test]
async fn a_get_is_an_invalid_request_whose_description_names_post() {
    let test = Test::new();
    let answer = checked(test.get(&format!("/oauth/access_token?{}", form(&test.fields()))).await);
    assert_eq!(answer["error"], "invalid_request");
    assert!(answer["error_description"].as_str().unwrap().contains("POST"));
}

#[tokio::test]
async fn each_wrong_field_has_its_error() {
    let test = Test::new();
    for (field, value, error) in [
        ("client_id", "unknown", "invalid_client_id"),
        ("client_secret", "wrong", "invalid_client_credentials"),
        ("grant_type", "authorization_code", "unsupported_response_type"),
        ("grant_type", "client_credentials", "unsupported_response_type"),
        ("username", "nobody@building.com", "invalid_grant"),
        ("password", "wrong", "invalid_grant"),
    ] {
        let mut fields = test.fields();
        set(&mut fields, field, value);
        assert_eq!(test.error(&fields).await, error, "{field}={value}");
    }
}

#[tokio::test]
async fn each_missing_field_has_its_error_and_gets_no_token() {
    let test = Test::new();
    for (missing, error) in [
        ("client_id", "invalid_client_id"),
        ("client_secret", "invalid_client_credentials"),
        ("grant_type", "unsupported_response_type"),
        ("username", "invalid_grant"),
        ("password", "invalid_grant"),
    ] {
        let fields: Vec<_> = test.fields().into_iter().filter(|(name, _)| *name != missing).collect();
        assert_eq!(test.error(&fields).await, error, "without {missing}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_an_authentication_failure_in_the_mode_of_the_sample() {
    let test = Test::with(Modes { wrong_password: WrongPassword::AuthenticationFailure, ..Modes::default() });
    let mut fields = test.fields();
    set(&mut fields, "password", "wrong");
    let answer = test.sign_in(&[], &fields).await;
    assert_eq!(answer, json!({"error": "authentication_failure", "error_description": "invalid password"}));
}

#[tokio::test]
async fn of_several_faults_https_is_reported_before_the_method_the_client_and_the_user() {
    let test = Test::new();
    let plain = [("x-forwarded-proto", "http")];
    let (_, text) = test.send("GET", "/oauth/access_token", &plain, String::new()).await;
    assert_eq!(checked(json_of(text))["error_description"], "HTTPS required");
    assert_eq!(checked(test.get("/oauth/access_token").await)["error_description"], "must use HTTP POST");
    let mut fields = test.fields();
    for (field, error) in [
        ("password", "invalid_grant"),
        ("client_secret", "invalid_client_credentials"),
        ("client_id", "invalid_client_id"),
    ] {
        set(&mut fields, field, "wrong");
        assert_eq!(test.error(&fields).await, error);
    }
    assert_eq!(test.sign_in(&plain, &fields).await["error_description"], "HTTPS required");
}

#[tokio::test]
async fn a_json_body_gets_an_error_and_no_token() {
    let test = Test::new();
    let body = serde_json::to_string(&test.fields().into_iter().collect::<std::collections::HashMap<_, _>>()).unwrap();
    let headers = [("content-type", "application/json")];
    let (_, text) = test.send("POST", "/oauth/access_token", &headers, body).await;
    assert_eq!(checked(json_of(text))["error"], "invalid_client_id");
}

#[tokio::test]
async fn a_client_in_a_basic_header_or_in_the_query_is_not_read() {
    use base64::Engine;
    let test = Test::new();
    let client = format!("{}:{}", test.simulator.client_id(), test.simulator.client_secret());
    let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(client));
    let (client, rest): (Vec<_>, Vec<_>) = test.fields().into_iter().partition(|(name, _)| name.starts_with("client"));
    let answer = test.sign_in(&[("authorization", &basic)], &rest).await;
    assert_eq!(answer["error"], "invalid_client_id");
    let answer = checked(test.post(&format!("/oauth/access_token?{}", form(&client)), &rest).await);
    assert_eq!(answer["error"], "invalid_client_id");
}

#[tokio::test]
async fn errors_have_the_status_of_the_mode() {
    for (error_status, code) in
        [(ErrorStatus::Ok, 200), (ErrorStatus::BadRequest, 400), (ErrorStatus::Unauthorized, 401)]
    {
        let test = Test::with(Modes { error_status, ..Modes::default() });
        for (method, uri) in [("POST", "/oauth/access_token"), ("GET", "/communities"), ("DELETE", "/packages")] {
            assert_eq!(test.send(method, uri, &[], String::new()).await.0, code);
        }
    }
}

#[tokio::test]
async fn communities_are_a_list_in_a_list_with_status_success() {
    let test = Test::new();
    let token = test.token("maria@building.com").await;
    assert_eq!(
        test.get(&format!("/communities?access_token={token}")).await,
        json!({"response": {"communities": {"community": [[{"communityId": "27", "title": "Maple Court"}]]}},
            "status": "success"})
    );
}

#[tokio::test]
async fn several_communities_are_nested_as_the_mode_says() {
    let a = json!({"communityId": "10", "title": "140 Riverside"});
    let b = json!({"communityId": "010", "title": "Harbor Point"});
    for (nesting, expected) in [
        (Nesting::OneInnerList, json!([[a, b]])),
        (Nesting::ListEach, json!([[a], [b]])),
        (Nesting::Flat, json!([a, b])),
        (Nesting::LoneObject, json!([a, b])),
        (Nesting::Missing, json!(null)),
    ] {
        let test = Test::with(Modes { nesting, ..Modes::default() });
        let token = test.staff_token().await;
        let answer = test.get(&format!("/communities?access_token={token}")).await;
        assert_eq!(answer["response"]["communities"]["community"], expected, "{nesting:?}");
        assert_eq!(answer["status"], "success");
    }
    let test = Test::with(Modes { nesting: Nesting::LoneObject, ..Modes::default() });
    let token = test.token("ana@resident.com").await;
    let answer = test.get(&format!("/communities?access_token={token}")).await;
    assert_eq!(answer["response"]["communities"]["community"], a);
}

#[tokio::test]
async fn a_call_without_a_token_or_with_one_in_a_header_only_gets_the_failed_envelope() {
    let test = Test::new();
    let token = test.staff_token().await;
    assert!(is_failed(&test.get("/communities").await));
    let bearer = format!("Bearer {token}");
    let (_, text) = test.send("GET", "/communities", &[("authorization", &bearer)], String::new()).await;
    assert!(is_failed(&json_of(text)));
    assert!(is_failed(&test.get("/communities?access_token=unknown").await));
}

#[tokio::test]
async fn a_post_with_the_token_in_its_body_is_accepted() {
    let test = Test::new();
    let token = test.staff_token().await;
    let answer = test.post("/communities", &[("access_token", token.clone())]).await;
    assert_eq!(answer["status"], "success");
    let answer = test.post("/packages", &[("communityId", "10".into()), ("access_token", token)]).await;
    assert_eq!(answer["status"], "success");
}

#[tokio::test]
async fn a_token_is_still_good_after_400_days() {
    let test = Test::new();
    let token = test.staff_token().await;
    for _ in 0..400 {
        test.simulator.simulation().clock.advance(DAY);
    }
    assert_eq!(test.get(&format!("/communities?access_token={token}")).await["status"], "success");
}

#[tokio::test]
async fn a_revoked_token_gets_the_failed_envelope_where_the_mode_puts_it() {
    let test = Test::new();
    let token = test.staff_token().await;
    let other = test.token("maria@building.com").await;
    test.simulator.revoke("1142");
    let uri = format!("/communities?access_token={token}");
    let envelope = failed_envelope("invalid_grant");
    assert_eq!(test.get(&uri).await, envelope);
    for (place, body) in [
        (EnvelopePlace::Meta, json!({"meta": envelope})),
        (EnvelopePlace::ResponseMeta, json!({"response": {"meta": envelope}})),
    ] {
        test.simulator.set_modes(Modes { envelope: place, ..Modes::default() });
        assert_eq!(test.get(&uri).await, body);
    }
    assert_eq!(test.get(&format!("/communities?access_token={other}")).await["status"], "success");
}

#[tokio::test]
async fn staff_see_all_packages_of_a_community_and_residents_their_own() {
    let test = Test::with(Modes { nesting: Nesting::Flat, ..Modes::default() });
    for (email, expected) in [
        ("testuser@building.com", vec!["501", "502", "503"]),
        ("ana@resident.com", vec!["501", "502"]),
        ("bo@resident.com", vec!["503"]),
    ] {
        let token = test.token(email).await;
        let answer = test.get(&format!("/packages?communityId=10&access_token={token}")).await;
        let rows = answer["response"]["packages"]["package"].as_array().unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row["packageId"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{email}");
    }
}

#[tokio::test]
async fn packages_of_a_foreign_missing_or_similar_community_get_the_failed_envelope() {
    let test = Test::new();
    let token = test.token("ana@resident.com").await;
    for query in ["communityId=27&", "communityId=&", "", "communityId=010&", "communityId=10%20&"] {
        let answer = test.get(&format!("/packages?{query}access_token={token}")).await;
        assert!(is_failed(&answer), "{query}");
    }
}

#[tokio::test]
async fn a_user_can_have_100_000_communities() {
    let test = Test::with(Modes { nesting: Nesting::ListEach, ..Modes::default() });
    test.simulator.add_communities("1142", 100_000);
    let token = test.staff_token().await;
    let answer = test.get(&format!("/communities?access_token={token}")).await;
    assert_eq!(answer["response"]["communities"]["community"].as_array().unwrap().len(), 100_002);
}

#[tokio::test]
async fn requests_are_recorded_and_faults_apply() {
    let test = Test::new();
    let simulation = test.simulator.simulation();
    simulation.faults.set("/communities", Fault::Status(502), 1);
    assert_eq!(test.send("GET", "/communities?a=b", &[], String::new()).await.0, 502);
    assert_eq!((simulation.requests.count("/communities"), &*simulation.requests.all()[0].query), (1, "a=b"));
}
