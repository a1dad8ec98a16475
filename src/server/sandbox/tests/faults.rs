//! Each fault does what its name says, for as long as it was asked to.

use std::io::{Read, Write};

use super::super::{Fault, Target, Times, serve};
use super::*;

/// The answers to an exchange and to `getUserInfo`, the fault being on for the call in question only.
async fn with_fault(name: &str, call: Target, subdomain: &str, user_id: &str) -> Got {
    let world = world();
    let token = token(&world, subdomain, user_id).await;
    world.set_fault(Target::Both, name.parse().unwrap(), Times::UntilCleared);
    let got = match call {
        Target::UserInfo => user_info(&world, &token).await,
        _ => exchange(&world, &world.mint_code(subdomain, user_id)).await,
    };
    let last = world.requests().pop().unwrap();
    assert_eq!(last.faults, [name.parse::<Fault>().unwrap()]);
    assert_eq!(last.status, (name != "connection-dropped").then_some(got.status.as_u16()));
    got
}

#[tokio::test]
async fn errors_have_their_shapes() {
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
        for call in [Target::Token, Target::UserInfo] {
            let got = with_fault(name, call, "acme", "48213").await;
            assert_eq!(got.status, StatusCode::OK, "{name}");
            assert_eq!(without_messages(got.json()), shape, "{name}");
        }
    }
    for name in ["code-expired", "code-spent"] {
        let got = with_fault(name, Target::Token, "acme", "48213").await;
        assert_eq!((got.status, got.error_code()), (StatusCode::OK, json!(400)));
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
async fn broken_answers_are_broken_in_the_way_they_say() {
    for call in [Target::Token, Target::UserInfo] {
        let got = |name| with_fault(name, call, "acme", "48213");
        assert_eq!(got("status-502").await.status, StatusCode::BAD_GATEWAY);
        let limited = got("too-many-requests").await;
        assert_eq!((limited.status, limited.retry_after.as_deref()), (StatusCode::TOO_MANY_REQUESTS, Some("7")));
        let redirect = got("redirect").await;
        assert_eq!((redirect.status, redirect.location.as_deref()), (StatusCode::FOUND, Some("/api/oauth/elsewhere")));
        let html = got("html-body").await;
        assert_eq!(html.status, StatusCode::OK);
        assert!(html.content_type.starts_with("text/html") && html.body.unwrap().starts_with("<!doctype"));
        let cut = got("truncated-json").await.body.unwrap();
        assert!(cut.starts_with("{\"response\"") && serde_json::from_str::<Value>(&cut).is_err());
        assert_eq!(got("empty-body").await.body.as_deref(), Some(""));
        let huge = got("huge-body").await;
        assert!(huge.body.as_ref().unwrap().len() > 4 * 1024 * 1024 && huge.result().is_object());
        assert_eq!(got("connection-dropped").await.body, None);
    }
}

#[tokio::test]
async fn fields_are_bent_in_the_way_they_say() {
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
async fn every_fault_can_meet_every_member_of_staff() {
    let waits = |fault: &Fault| matches!(fault, Fault::Slow(_) | Fault::Stalled | Fault::HugeStream);
    let is_for_signing_in = |fault: &Fault| fault.known().only.is_none_or(|only| only.overlaps(Target::Both));
    for fault in Fault::all().filter(|fault| !waits(fault) && is_for_signing_in(fault)) {
        for company in world().companies() {
            for staff in &company.staff {
                let world = world();
                let token = token(&world, &company.subdomain, &staff.user_id.to_string()).await;
                world.set_fault(Target::Both, fault, Times::UntilCleared);
                exchange(&world, &world.mint_code(&company.subdomain, &staff.user_id)).await;
                user_info(&world, &token).await;
            }
        }
    }
}

#[test]
fn names_are_read_back_as_the_faults_they_name() {
    for fault in Fault::all().chain([Fault::Slow(Duration::from_millis(250)), Fault::Slow(7 * SECOND)]) {
        assert_eq!(fault.to_string().parse(), Ok(fault));
    }
    for nonsense in ["", "slow", "slow-", "slow-s", "slow--1s", "slow-1h", "Id-Null"] {
        assert!(nonsense.parse::<Fault>().is_err(), "{nonsense}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_in_the_log_before_it_is_given() {
    let world = world();
    world.set_fault(Target::Token, Fault::Slow(Duration::from_millis(300)), Times::Next(1));
    let code = world.mint_code("acme", 48213);
    let begun = tokio::time::Instant::now();
    let watch = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        world.exchanges()
    };
    let (got, seen) = tokio::join!(exchange(&world, &code), watch);
    assert_eq!(seen, 1);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(got.result().is_object());
}

#[tokio::test]
async fn a_fault_lasts_as_long_as_it_was_set_for_and_only_for_its_call() {
    let world = world();
    world.set_fault(Target::Token, Fault::EmptyBody, Times::Next(2));
    world.set_fault(Target::UserInfo, Fault::Status502, Times::UntilCleared);
    let mut bodies = Vec::new();
    for _ in 0..3 {
        bodies.push(exchange(&world, &world.mint_code("acme", 48213)).await.body.unwrap());
    }
    assert_eq!((bodies[0].as_str(), bodies[1].as_str()), ("", ""));
    let token = serde_json::from_str::<Value>(&bodies[2]).unwrap();
    let token = token["response"]["result"]["access_token"].as_str().unwrap();
    assert_eq!(user_info(&world, token).await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(user_info(&world, token).await.status, StatusCode::BAD_GATEWAY);
    world.clear_faults();
    assert_eq!(user_info(&world, token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn faults_of_one_kind_replace_each_other_and_kinds_act_together() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    for fault in [Fault::HtmlBody, Fault::ErrorIn200, Fault::IdNull, Fault::IdAsText, Fault::PropertiesNull] {
        world.set_fault(Target::Both, fault, Times::UntilCleared);
    }
    world.clear_fault(Fault::ErrorIn200);
    let active: Vec<_> = world.active_faults().iter().map(|active| (active.fault, active.target)).collect();
    assert_eq!(active, [(Fault::IdAsText, Target::UserInfo), (Fault::PropertiesNull, Target::UserInfo)]);
    let result = user_info(&world, &token).await.result();
    assert_eq!((&result["user_id"], &result["properties"]), (&json!("48213"), &Value::Null));
}

#[tokio::test]
async fn errors_can_carry_their_own_status() {
    let world = world();
    let token = token(&world, "acme", "48213").await;
    world.set_fault(Target::Both, Fault::StatusFollowsCode, Times::UntilCleared);
    assert_eq!(exchange(&world, "unknown").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(user_info(&world, "unknown").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(user_info(&world, &token).await.status, StatusCode::OK);
    world.set_fault(Target::Both, Fault::SuspendedClient, Times::UntilCleared);
    assert_eq!(user_info(&world, &token).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_refusal_leaves_the_code_and_a_spoilt_answer_spends_it() {
    for (fault, still_good) in
        [(Fault::Transient, true), (Fault::Status502, true), (Fault::HtmlBody, false), (Fault::Dropped, false)]
    {
        let world = world();
        let code = world.mint_code("acme", 48213);
        world.set_fault(Target::Both, fault, Times::Next(1));
        exchange(&world, &code).await;
        assert_eq!(exchange(&world, &code).await.result().is_object(), still_good, "{fault}");
    }
}

#[tokio::test]
async fn who_follows_a_redirect_is_seen() {
    let world = world();
    let followed = send(&world, Request::get("/api/oauth/elsewhere").body(Body::empty()).unwrap()).await;
    assert_eq!(followed.error_code(), 404);
    assert_eq!(world.requests()[0].method, "(redirect followed)");
    assert_eq!(world.exchanges() + world.user_infos(), 0);
}

#[tokio::test]
async fn over_a_connection_a_dropped_answer_has_not_a_single_byte() {
    let world = world();
    world.set_fault(Target::Both, Fault::Dropped, Times::Next(1));
    let body = token_request(&world, &world.mint_code("acme", 48213)).to_string();
    let request = format!(
        "POST /api/oauth HTTP/1.1\r\nHost: any.example\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, world, async move { stopped.await.unwrap_or_default() }));
    let talk = move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(5 * SECOND)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer).map_err(|error| error.kind());
        (ended, answer)
    };
    let (ended, answer) = tokio::task::spawn_blocking(talk).await.unwrap();
    assert!(matches!(ended, Ok(0) | Err(std::io::ErrorKind::ConnectionReset)), "{ended:?}");
    assert_eq!(answer, b"");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}
