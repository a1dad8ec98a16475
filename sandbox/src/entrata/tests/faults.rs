//! Each fault does what its name says, for as long as it was set.

use std::io::{Read, Write};

use super::*;
use crate::entrata::faults::CATALOG;
use crate::entrata::{Fault, Target, Times};
use crate::serve;

/// Makes an OAuth call with this fault active.
async fn with_fault(name: &str, target: Target, subdomain: &str, user_id: &str) -> TestResponse {
    let entrata = simulator();
    let token = token(&entrata, subdomain, user_id).await;
    entrata.set_fault(Target::SignIn, name.parse().unwrap(), Times::UntilCleared);
    let response = match target {
        Target::UserInfo => user_info(&entrata, &token).await,
        _ => exchange(&entrata, &entrata.mint_code(subdomain, user_id)).await,
    };
    let last = entrata.requests().pop().unwrap();
    assert_eq!(last.faults, [name.parse::<Fault>().unwrap()]);
    assert_eq!(last.status, (name != "connection-dropped").then_some(response.status.as_u16()));
    response
}

#[tokio::test]
async fn errors_have_the_shape_that_the_fault_names() {
    let shapes = [
        ("suspended-client", json!({ "response": { "requestId": "15", "code": 400, "error": { "code": 1403 } } })),
        ("transient-310", json!({ "response": { "error": { "code": 310 } } })),
        ("error-in-200", json!({ "response": { "error": { "code": 400 } } })),
        ("outer-code-error", json!({ "response": { "requestId": "15", "code": 400, "error": { "code": 400 } } })),
        ("outer-code-only", json!({ "response": { "code": 400 } })),
        ("bare-error", json!({ "code": 400 })),
        ("error-code-as-text", json!({ "response": { "error": { "code": "400" } } })),
    ];
    for (name, shape) in shapes {
        for target in [Target::Token, Target::UserInfo] {
            let response = with_fault(name, target, "acme", "48213").await;
            assert_eq!(response.status, StatusCode::OK, "{name}");
            assert_eq!(without_messages(response.json()), shape, "{name}");
        }
    }
    for name in ["code-expired", "code-spent"] {
        let response = with_fault(name, Target::Token, "acme", "48213").await;
        assert_eq!((response.status, response.error_code()), (StatusCode::OK, json!(400)));
    }
}

fn without_messages(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.remove("message");
        fields.values_mut().for_each(|field| *field = without_messages(field.take()));
    }
    value
}

#[tokio::test]
async fn broken_responses_are_broken_as_the_fault_says() {
    for target in [Target::Token, Target::UserInfo] {
        let response = |name| with_fault(name, target, "acme", "48213");
        assert_eq!(response("status-502").await.status, StatusCode::BAD_GATEWAY);
        let limited = response("too-many-requests").await;
        assert_eq!((limited.status, limited.retry_after.as_deref()), (StatusCode::TOO_MANY_REQUESTS, Some("7")));
        let redirect = response("redirect").await;
        assert_eq!((redirect.status, redirect.location.as_deref()), (StatusCode::FOUND, Some("/api/oauth/elsewhere")));
        let html = response("html-body").await;
        assert_eq!(html.status, StatusCode::OK);
        assert!(html.content_type.starts_with("text/html") && html.body.unwrap().starts_with("<!doctype"));
        let cut = response("truncated-json").await.body.unwrap();
        assert!(cut.starts_with("{\"response\"") && serde_json::from_str::<Value>(&cut).is_err());
        assert_eq!(response("empty-body").await.body.as_deref(), Some(""));
        let huge = response("huge-body").await;
        assert!(huge.body.as_ref().unwrap().len() > 4 * 1024 * 1024 && huge.result().is_object());
        assert_eq!(response("connection-dropped").await.body, None);
    }
}

#[tokio::test]
async fn fields_change_as_the_fault_says() {
    let one = json!({ "id": 162925, "name": "Oak Court", "address": "1 Oak Street, Provo, UT 84601" });
    let missing = None;
    let cases = [
        ("id-as-text", "user_id", Some(json!("48213"))),
        ("id-as-float", "user_id", Some(json!(48213.0))),
        ("id-null", "user_id", Some(Value::Null)),
        ("id-empty", "user_id", Some(json!(""))),
        ("id-missing", "user_id", missing.clone()),
        ("id-as-object", "user_id", Some(json!({ "id": 48213 }))),
        ("id-as-bool", "user_id", Some(json!(true))),
        ("subdomain-missing", "subdomain", missing.clone()),
        ("subdomain-not-a-label", "subdomain", Some(json!("acme.evil.example/#"))),
        ("properties-null", "properties", Some(Value::Null)),
        ("properties-missing", "properties", missing.clone()),
        ("properties-one-object", "properties", Some(one)),
    ];
    for (name, field, value) in cases {
        let result = with_fault(name, Target::UserInfo, "acme", "48213").await.result();
        assert_eq!(result.get(field), value.as_ref(), "{name}");
        assert_eq!(result["company_name"], "Acme Residential Management");
    }
    let keyed = with_fault("properties-keyed-by-id", Target::UserInfo, "acme", "48213").await.result();
    assert_eq!(keyed["properties"]["162931"]["name"], "The Granary at Lehi");
    assert_eq!(keyed["properties"].as_object().unwrap().len(), 12);

    let text = with_fault("expires-in-as-text", Target::Token, "acme", "48213").await.result();
    assert_eq!(text["expires_in"], "7776000");
    let missing = with_fault("expires-in-missing", Target::Token, "acme", "48213").await.result();
    assert_eq!(missing.get("expires_in"), None);
}

#[tokio::test]
async fn every_fault_works_for_every_member_of_staff() {
    let is_slow = |fault: &Fault| matches!(fault, Fault::Slow(_) | Fault::Stalled | Fault::HugeStream);
    let sign_in = CATALOG.iter().filter(|entry| entry.only.is_none_or(|only| only.overlaps(Target::SignIn)));
    for fault in sign_in.map(|entry| entry.fault).filter(|fault| !is_slow(fault)) {
        for company in simulator().companies() {
            for staff in &company.staff {
                let entrata = simulator();
                let token = token(&entrata, &company.subdomain, &staff.user_id.to_string()).await;
                entrata.set_fault(Target::SignIn, fault, Times::UntilCleared);
                exchange(&entrata, &entrata.mint_code(&company.subdomain, &staff.user_id)).await;
                user_info(&entrata, &token).await;
            }
        }
    }
}

#[test]
fn fault_names_parse_back_to_the_same_fault() {
    for fault in CATALOG
        .iter()
        .map(|entry| entry.fault)
        .chain([Fault::Slow(Duration::from_millis(250)), Fault::Slow(7 * SECOND)])
    {
        assert_eq!(fault.to_string().parse(), Ok(fault));
    }
    for unknown in ["", "slow", "slow-", "slow-s", "slow--1s", "slow-1h", "Id-Null"] {
        assert!(unknown.parse::<Fault>().is_err(), "{unknown}");
    }
}

#[tokio::test]
async fn a_slow_response_is_logged_before_it_is_sent() {
    let entrata = simulator();
    entrata.set_fault(Target::Token, Fault::Slow(Duration::from_millis(300)), Times::Next(1));
    let code = entrata.mint_code("acme", 48213);
    let started_at = tokio::time::Instant::now();
    let count_early = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        entrata.exchanges()
    };
    let (response, exchanges) = tokio::join!(exchange(&entrata, &code), count_early);
    assert_eq!(exchanges, 1);
    assert!(started_at.elapsed() >= Duration::from_millis(300));
    assert!(response.result().is_object());
}

#[tokio::test]
async fn a_fault_lasts_as_long_as_it_was_set_and_only_for_its_method() {
    let entrata = simulator();
    entrata.set_fault(Target::Token, Fault::EmptyBody, Times::Next(2));
    entrata.set_fault(Target::UserInfo, Fault::Status502, Times::UntilCleared);
    let mut bodies = Vec::new();
    for _ in 0..3 {
        bodies.push(exchange(&entrata, &entrata.mint_code("acme", 48213)).await.body.unwrap());
    }
    assert_eq!((bodies[0].as_str(), bodies[1].as_str()), ("", ""));
    let token = serde_json::from_str::<Value>(&bodies[2]).unwrap();
    let token = token["response"]["result"]["access_token"].as_str().unwrap();
    assert_eq!(user_info(&entrata, token).await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(user_info(&entrata, token).await.status, StatusCode::BAD_GATEWAY);
    entrata.clear_faults();
    assert_eq!(user_info(&entrata, token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn faults_of_one_category_replace_each_other_and_categories_combine() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    for fault in [Fault::HtmlBody, Fault::ErrorIn200, Fault::IdNull, Fault::IdAsText, Fault::PropertiesNull] {
        entrata.set_fault(Target::SignIn, fault, Times::UntilCleared);
    }
    entrata.clear_fault(Fault::ErrorIn200);
    let active: Vec<_> = entrata.active_faults().iter().map(|active| (active.fault, active.target)).collect();
    assert_eq!(active, [(Fault::IdAsText, Target::UserInfo), (Fault::PropertiesNull, Target::UserInfo)]);
    let result = user_info(&entrata, &token).await.result();
    assert_eq!((&result["user_id"], &result["properties"]), (&json!("48213"), &Value::Null));
}

#[tokio::test]
async fn errors_can_carry_their_own_status() {
    let entrata = simulator();
    let token = token(&entrata, "acme", "48213").await;
    entrata.set_fault(Target::SignIn, Fault::StatusFollowsCode, Times::UntilCleared);
    assert_eq!(exchange(&entrata, "unknown").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(user_info(&entrata, "unknown").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(user_info(&entrata, &token).await.status, StatusCode::OK);
    entrata.set_fault(Target::SignIn, Fault::SuspendedClient, Times::UntilCleared);
    assert_eq!(user_info(&entrata, &token).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_refusal_leaves_the_code_unused_and_a_corrupted_response_uses_it() {
    for (fault, is_still_usable) in
        [(Fault::Transient, true), (Fault::Status502, true), (Fault::HtmlBody, false), (Fault::Dropped, false)]
    {
        let entrata = simulator();
        let code = entrata.mint_code("acme", 48213);
        entrata.set_fault(Target::SignIn, fault, Times::Next(1));
        exchange(&entrata, &code).await;
        assert_eq!(exchange(&entrata, &code).await.result().is_object(), is_still_usable, "{fault}");
    }
}

#[tokio::test]
async fn clients_that_follow_a_redirect_are_logged() {
    let entrata = simulator();
    let followed = send(&entrata, Request::get("/api/oauth/elsewhere").body(Body::empty()).unwrap()).await;
    assert_eq!(followed.error_code(), 404);
    assert_eq!(entrata.requests()[0].method, "(redirect followed)");
    assert_eq!(entrata.exchanges() + entrata.user_infos(), 0);
}

#[tokio::test]
async fn a_dropped_connection_carries_no_byte_of_a_response() {
    let entrata = simulator();
    entrata.set_fault(Target::SignIn, Fault::Dropped, Times::Next(1));
    let body = token_request(&entrata, &entrata.mint_code("acme", 48213)).to_string();
    let request = format!(
        "POST /api/oauth HTTP/1.1\r\nHost: any.example\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (shut_down, shutdown) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, router(entrata), async move { shutdown.await.unwrap_or_default() }));
    let exchange_over_tcp = move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(5 * SECOND)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut received = Vec::new();
        let result = stream.read_to_end(&mut received).map_err(|error| error.kind());
        (result, received)
    };
    let (result, received) = tokio::task::spawn_blocking(exchange_over_tcp).await.unwrap();
    assert!(matches!(result, Ok(0) | Err(std::io::ErrorKind::ConnectionReset)), "{result:?}");
    assert_eq!(received, b"");
    shut_down.send(()).unwrap();
    server.await.unwrap().unwrap();
}
