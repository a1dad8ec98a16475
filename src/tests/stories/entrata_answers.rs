//! Every form of response that Entrata may send, and what the user sees.

use axum::http::StatusCode;
use latchkey_sandbox::entrata::{Fault, Property, Target, Times};

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::Browser,
    browser::Page,
    logs,
};

/// Launches an identity of Acme while the sandbox has this fault.
async fn launch_with_fault(app: &TestApp, fault: &str, target: Target) -> Page {
    app.world.clear_faults();
    app.world.set_fault(target, fault.parse::<Fault>().unwrap(), Times::UntilCleared);
    Browser::new(app).launch(&app.code("acme", "48213")).await
}

#[tokio::test]
async fn every_form_of_a_good_response_is_understood() {
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
        let page = launch_with_fault(&app, fault, Target::SignIn).await;
        assert_eq!((page.status, page.name()), (StatusCode::OK, "home"), "{fault}");
    }
}

#[tokio::test]
async fn any_form_of_refusal_sends_the_user_back_to_entrata() {
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
            let page = launch_with_fault(&app, fault, target).await;
            assert_eq!((page.status, page.name()), (StatusCode::GONE, "relaunch"), "{fault} {target:?}");
            assert_eq!(page.clean_address().as_deref(), Some("/login"));
        }
    }
}

/// Asserts that Entrata refused the launch because of this server: the page says that the user's account is fine, and
/// to open the app again from Entrata.
fn assert_client_refused(page: &Page, context: &str) {
    assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "unavailable"), "{context}");
    assert!(page.shows("Your account is fine") && !page.shows("Try again"), "{context}");
    assert_eq!(page.clean_address().as_deref(), Some("/login"), "{context}: the code was sent and is not tried again");
}

#[tokio::test]
async fn a_refusal_of_our_client_or_address_is_unavailable_and_not_the_users_mistake() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    for fault in ["client-unknown-401", "address-refused-403", "unauthorized-401"] {
        assert_client_refused(&launch_with_fault(&app, fault, Target::Token).await, fault);
    }
    app.world.set_fault(Target::Token, Fault::StatusFollowsCode, Times::UntilCleared);
    assert_client_refused(&launch_with_fault(&app, "client-unknown-401", Target::Token).await, "with status 401");
    let metrics = app.app.core.metrics.render(None);
    assert!(metrics.contains("latchkey_launches_total{outcome=\"client_refused\"} 4"), "{metrics}");
    assert!(metrics.contains("latchkey_launches_total{outcome=\"refused\"} 0"), "{metrics}");
}

#[tokio::test]
async fn a_wrong_client_secret_is_logged_as_an_error_that_says_what_to_check() {
    let app = TestApp::with(&[("ENTRATA_CLIENT_SECRET", "00000000000000000000000000000000")]).await;
    assert_client_refused(&Browser::new(&app).launch(&app.code("acme", "48213")).await, "wrong secret");
    let log = logs::text();
    let line = log.lines().find(|line| line.contains("Entrata refuses this server")).unwrap();
    assert!(line.contains("ERROR"), "{line}");
    for what in ["ENTRATA_CLIENT_ID", "ENTRATA_CLIENT_SECRET", "address"] {
        assert!(line.contains(what), "{what}: {line}");
    }
    assert!(!log.contains("00000000000000000000000000000000"));
}

#[tokio::test]
async fn a_refusal_of_our_client_does_not_count_as_a_refused_launch_of_the_address() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    // One more than the refused launches that an address may make in a minute.
    for _ in 0..301 {
        assert_client_refused(&launch_with_fault(&app, "client-unknown-401", Target::Token).await, "one more");
    }
    app.world.clear_faults();
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "home"));
}

#[tokio::test]
async fn expired_and_made_up_codes_send_the_user_back_to_entrata() {
    let app = TestApp::start().await;
    let code = app.code("acme", "48213");
    app.world.advance(std::time::Duration::from_secs(61));
    for code in [code.as_str(), "never-minted"] {
        let page = Browser::new(&app).launch(code).await;
        assert_eq!((page.status, page.name()), (StatusCode::GONE, "relaunch"), "{code}");
    }
}

#[tokio::test]
async fn t27_entrata_errors_and_malformed_responses_are_502_and_the_code_is_not_tried_again() {
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
            let page = launch_with_fault(&app, fault, target).await;
            assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "unavailable"), "{fault} {target:?}");
            assert!(!page.shows("Try again") && page.shows("again"), "{fault}");
            assert_eq!(app.world.exchanges(), before + 1, "{fault} {target:?}");
        }
    }
    assert!(!app.world.requests().iter().any(|r| r.method.contains("redirect")));
}

#[tokio::test]
async fn get_user_info_is_retried_once_while_entrata_is_busy() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    for fault in ["transient-310", "too-many-without-retry-after", "status-503"] {
        let before = (app.world.exchanges(), app.world.user_infos());
        app.world.set_fault(Target::UserInfo, fault.parse::<Fault>().unwrap(), Times::Next(1));
        let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
        assert_eq!((page.status, page.name()), (StatusCode::OK, "home"), "{fault}");
        assert_eq!((app.world.exchanges(), app.world.user_infos()), (before.0 + 1, before.1 + 2), "{fault}");
    }
    // Not a third time, not if Entrata asks for a longer wait than there is time for (7 s), and never if the response
    // would be the same.
    for (fault, calls) in [("transient-310", 2), ("status-503", 2), ("too-many-requests", 1), ("status-502", 1)] {
        let before = app.world.user_infos();
        let page = launch_with_fault(&app, fault, Target::UserInfo).await;
        assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "unavailable"), "{fault}");
        assert_eq!(app.world.user_infos() - before, calls, "{fault}");
    }
}

/// Gives a user of Acme this many properties.
fn give_properties(app: &TestApp, user_id: &str, properties: u64) {
    let all =
        (1..=properties).map(|n| Property::new(n, format!("Property {n:05}"), format!("{n} Long Street, Provo, UT")));
    app.world.set_properties("acme", user_id, all.collect());
}

#[tokio::test]
async fn a_user_with_25_000_properties_signs_in_and_home_lists_100_and_finds_the_others() {
    let app = TestApp::patient().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    give_properties(&app, "48213", 25_000);
    let home = browser.launch(&app.code("acme", "48213")).await;
    assert_eq!((home.status, home.name()), (StatusCode::OK, "home"));
    let rows = |page: &Page| page.body.matches("<li data-filter").count();
    assert_eq!(rows(&home), 100);
    assert!(home.shows("25,000 of 25,000 properties") && home.shows("Showing the first 100."), "{}", home.body);
    assert!(home.body.len() < 100_000 && !home.shows("leptos-island"), "{} bytes", home.body.len());
    let visit = home.clean_address().unwrap();
    assert!(home.shows(&format!("href=\"{visit}/properties\"")));
    let found = browser.get(&format!("{visit}?q=property+24999")).await;
    assert!(rows(&found) == 1 && found.shows("1 of 25,000 properties") && found.shows("Property 24999"));
    assert!(!found.shows("Showing the first"));
    assert_eq!(app.count("select json_array_length(properties) from identities").await, 25_000);
    let mut pending = Browser::new(&app);
    give_properties(&app, "51877", 25_000);
    pending.launch(&app.code("acme", "51877")).await;
    let confirm = pending.sign_in("jane@acme.example", PASSWORD).await;
    assert!(confirm.name() == "confirm" && confirm.shows("<dd>25,000</dd>") && confirm.body.len() < 20_000);
}

#[tokio::test]
async fn a_get_user_info_response_over_4_mib_is_not_understood() {
    let app = TestApp::patient().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    for (properties, status) in [(50_000, StatusCode::OK), (60_000, StatusCode::BAD_GATEWAY)] {
        give_properties(&app, "48213", properties);
        let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
        assert_eq!(page.status, status, "{properties}");
    }
    assert_eq!(app.count("select json_array_length(properties) from identities").await, 50_000);
}

#[tokio::test]
async fn t22_an_identity_without_a_usable_id_is_refused() {
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
        let page = launch_with_fault(&app, fault, Target::UserInfo).await;
        assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "unavailable"), "{fault}");
    }
    assert_eq!(app.count("select count(*) from identities").await, 0);
    assert_eq!(app.count("select count(*) from visits").await, 0);
}

#[tokio::test]
async fn t27_a_response_over_the_time_limit_is_504() {
    let app = TestApp::start().await;
    for target in [Target::Token, Target::UserInfo] {
        let page = launch_with_fault(&app, "slow-3s", target).await;
        assert_eq!((page.status, page.name()), (StatusCode::GATEWAY_TIMEOUT, "unavailable"), "{target:?}");
    }
}

#[tokio::test]
async fn t27_both_calls_share_one_time_limit() {
    let app = TestApp::start().await;
    let page = launch_with_fault(&app, "slow-2s", Target::SignIn).await;
    assert_eq!(page.status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test]
async fn if_nothing_was_sent_the_code_is_released_and_the_page_offers_to_try_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed_address = format!("http://{}/api/oauth", listener.local_addr().unwrap());
    drop(listener);
    let app = TestApp::with(&[("ENTRATA_OAUTH_URL", &closed_address)]).await;
    for _ in 0..2 {
        let page = Browser::new(&app).launch("some-code").await;
        assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "unavailable"));
        assert!(page.shows("Try again"));
        assert_eq!(page.clean_address(), None, "reloading this address tries again");
    }
    assert_eq!(app.count("select count(*) from launch_codes").await, 0);
}

#[tokio::test]
async fn the_code_and_secret_are_sent_in_the_body_and_the_token_in_the_header() {
    let app = TestApp::start().await;
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    let [token, info] = app.world.requests().try_into().unwrap();
    assert_eq!((token.method.as_str(), token.client_ok, token.verb.as_str()), ("getAccessToken", Some(true), "POST"));
    assert_eq!((info.method.as_str(), info.bearer_ok), ("getUserInfo", Some(true)));
    assert_eq!(token.content_type.as_deref(), Some("application/json"));
}
