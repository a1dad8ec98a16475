//! Every form of answer that Entrata's side gives, and what the person is told.

use axum::http::StatusCode;

use crate::{
    server::sandbox::{Fault, Target, Times},
    tests::{app::TestApp, browser::Browser, browser::Page},
};

/// A launch of a linked identity while the world has a fault.
async fn launched_with(app: &TestApp, fault: &str, target: Target) -> Page {
    app.world.clear_faults();
    app.world.set_fault(target, fault.parse::<Fault>().unwrap(), Times::UntilCleared);
    Browser::new(app).launch(&app.code("acme", "48213")).await
}

#[tokio::test]
async fn every_form_of_a_good_answer_is_understood() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    for fault in [
        "id-as-text",
        "expires-in-as-text",
        "expires-in-missing",
        "properties-null",
        "properties-missing",
        "properties-one-object",
        "properties-keyed-by-id",
        "slow-300ms",
    ] {
        let page = launched_with(&app, fault, Target::Both).await;
        assert_eq!((page.status, page.name()), (StatusCode::OK, "home"), "{fault}");
    }
}

#[tokio::test]
async fn a_refusal_in_whatever_form_sends_back_to_entrata() {
    let app = TestApp::start().await;
    for fault in [
        "code-expired",
        "code-spent",
        "error-in-200",
        "outer-code-error",
        "outer-code-only",
        "bare-error",
        "error-code-as-text",
        "suspended-client",
    ] {
        for target in [Target::Token, Target::UserInfo] {
            if fault.starts_with("code-") && target == Target::UserInfo {
                continue;
            }
            let page = launched_with(&app, fault, target).await;
            assert_eq!((page.status, page.name()), (StatusCode::GONE, "relaunch"), "{fault} {target:?}");
            assert_eq!(page.clean_address().as_deref(), Some("/login"));
        }
    }
}

#[tokio::test]
async fn an_expired_code_and_one_that_entrata_never_minted_send_back_to_entrata() {
    let app = TestApp::start().await;
    let code = app.code("acme", "48213");
    app.world.advance(std::time::Duration::from_secs(61));
    for code in [code.as_str(), "never-minted"] {
        let page = Browser::new(&app).launch(code).await;
        assert_eq!((page.status, page.name()), (StatusCode::GONE, "relaunch"), "{code}");
    }
}

#[tokio::test]
async fn t27_trouble_on_entrata_s_side_and_answers_that_are_none_are_502_and_the_code_is_not_tried_again() {
    let app = TestApp::start().await;
    for fault in [
        "status-502",
        "html-body",
        "truncated-json",
        "empty-body",
        "huge-body",
        "redirect",
        "transient-310",
        "too-many-requests",
        "connection-dropped",
    ] {
        for target in [Target::Token, Target::UserInfo] {
            let before = app.world.exchanges();
            let page = launched_with(&app, fault, target).await;
            assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "unavailable"), "{fault} {target:?}");
            assert!(!page.shows("Try again") && page.shows("again"), "{fault}");
            assert_eq!(app.world.exchanges(), before + 1, "{fault} {target:?}");
        }
    }
    assert!(!app.world.requests().iter().any(|r| r.method.contains("redirect")));
}

#[tokio::test]
async fn t22_an_identity_that_can_t_be_known_by_is_not_understood() {
    let app = TestApp::start().await;
    for fault in [
        "id-as-float",
        "id-null",
        "id-empty",
        "id-missing",
        "id-as-object",
        "id-as-bool",
        "subdomain-missing",
        "subdomain-not-a-label",
    ] {
        let page = launched_with(&app, fault, Target::UserInfo).await;
        assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "unavailable"), "{fault}");
    }
    assert_eq!(app.count("select count(*) from identities").await, 0);
    assert_eq!(app.count("select count(*) from visits").await, 0);
}

#[tokio::test]
async fn t27_an_answer_over_the_time_limit_is_504() {
    let app = TestApp::start().await;
    for target in [Target::Token, Target::UserInfo] {
        let page = launched_with(&app, "slow-3s", target).await;
        assert_eq!((page.status, page.name()), (StatusCode::GATEWAY_TIMEOUT, "unavailable"), "{target:?}");
    }
}

#[tokio::test]
async fn t27_both_calls_together_have_one_time_limit() {
    let app = TestApp::start().await;
    let page = launched_with(&app, "slow-2s", Target::Both).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn where_nothing_was_sent_the_code_is_free_again_and_the_page_offers_to_try_again() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let dead = format!("http://{}/api/oauth", taken.local_addr().unwrap());
    drop(taken);
    let app = TestApp::with(&[("ENTRATA_OAUTH_URL", &dead)]).await;
    for _ in 0..2 {
        let page = Browser::new(&app).launch("some-code").await;
        assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "unavailable"));
        assert!(page.shows("Try again"));
        assert_eq!(page.clean_address(), None, "the address is what is tried again");
    }
    assert_eq!(app.count("select count(*) from launch_codes").await, 0);
}

#[tokio::test]
async fn the_code_and_our_secret_are_sent_as_entrata_wants_them_and_the_token_in_the_header() {
    let app = TestApp::start().await;
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    let [token, info] = app.world.requests().try_into().unwrap();
    assert_eq!((token.method.as_str(), token.client_ok, token.verb.as_str()), ("getAccessToken", Some(true), "POST"));
    assert_eq!((info.method.as_str(), info.bearer_ok), ("getUserInfo", Some(true)));
    assert_eq!(token.content_type.as_deref(), Some("application/json"));
}
