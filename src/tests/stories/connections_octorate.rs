//! Connecting Octorate: the form opens its consent page in a new tab, which has none of the frame's cookies.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use latchkey_sandbox::simulation::Fault;

use crate::tests::{
    app::TestApp,
    browser::Browser,
    systems::{ORIGIN, Systems, connection_of, parameter, visit_of},
};

const CONNECT: &str = "/connections/octorate/connect";

#[tokio::test]
async fn octorate_is_connected_in_a_tab_without_the_frames_cookies() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    let page = systems.open(&mut frame).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "connections"));
    assert!(page.shows(" data-system=\"octorate\""));
    assert!(page.shows("target=\"_blank\""));
    let mut tab = Browser::new(&systems.app);
    let form = page.form(CONNECT);
    let begun = tab.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    let consent_page = begun.header("location");
    assert!(consent_page.starts_with(&format!("{}/sim/octorate/identity/oauth.xhtml?client_id=", systems.origin)));
    assert_eq!(parameter(consent_page, "redirect_uri"), format!("{ORIGIN}/connections/octorate/callback"));
    assert!(parameter(consent_page, "state").len() >= 43);
    let callback = systems.approve(consent_page);
    let connected = tab.get(&callback).await;
    assert_eq!((connected.status, connected.name()), (StatusCode::OK, "connected"));
    assert!(!connected.shows("code=") && connected.clean_address().as_deref() == Some("/"));
    let page = systems.open(&mut frame).await;
    assert!(page.shows(" data-state=\"connected\"") && page.shows("<article data-connection=\""));
}

#[tokio::test]
async fn the_connect_cookie_is_first_party_and_lives_ten_minutes() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    let form = systems.open(&mut frame).await.form(CONNECT);
    let mut tab = Browser::new(&systems.app);
    let begun = tab.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
    let cookie = begun.header("set-cookie");
    let (value, attributes) = cookie.strip_prefix("__Host-Http-connect=").unwrap().split_once("; ").unwrap();
    assert_eq!(value.len(), 43);
    let mut attributes: Vec<_> = attributes.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax", "Secure"]);
}

#[tokio::test]
async fn two_consents_that_wait_in_one_browser_are_both_completed() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    let mut tab = Browser::new(&systems.app);
    let mut callbacks = Vec::new();
    for _ in 0..2 {
        let form = systems.open(&mut frame).await.form(CONNECT);
        let begun = tab.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
        callbacks.push(systems.approve(begun.header("location")));
    }
    for callback in callbacks {
        assert_eq!(tab.get(&callback).await.status, StatusCode::OK);
    }
    assert_eq!(systems.app.count("select count(*) from connections").await, 2);
}

#[tokio::test]
async fn a_form_works_once_from_our_own_page_and_for_its_own_visit() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    let form = systems.open(&mut frame).await.form(CONNECT);
    for site in ["cross-site", "same-site"] {
        let refused = Browser::new(&systems.app).send(Method::POST, &form.action, site, Some(&form)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{site}");
    }
    let mut other = systems.app.linked("priya@acme.example", "acme", "51877").await;
    systems.open(&mut other).await;
    let mut elsewhere = form.clone();
    elsewhere.action = other.page.form(CONNECT).action;
    assert_eq!(frame.clone().post(&elsewhere).await.status, StatusCode::CONFLICT, "another visit's ticket");
    let without = frame.clone().post(&form.clone().without("ticket")).await;
    assert_eq!((without.status, without.name()), (StatusCode::CONFLICT, "error"));
    systems.begin_consent(&frame, CONNECT).await;
    let again = Browser::new(&systems.app).post(&form).await;
    assert_eq!((again.status, again.name()), (StatusCode::CONFLICT, "error"));
}

#[tokio::test]
async fn t39_a_state_that_is_missing_altered_used_late_or_another_browsers_makes_no_token_request() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    systems.open(&mut frame).await;
    let (mut tab, consent_page) = systems.begin_consent(&frame, CONNECT).await;
    let callback = systems.approve(&consent_page);
    let state = parameter(&callback, "state");
    let without = callback.replace(&format!("&state={state}"), "");
    let altered = callback.replace(&state, &state.chars().rev().collect::<String>());
    let twice = format!("{callback}&state={state}");
    for address in ["/connections/octorate/callback", &without, &altered, &twice] {
        let refused = tab.get(address).await;
        assert_eq!((refused.status, refused.name()), (StatusCode::BAD_REQUEST, "error"), "{address}");
    }
    let other_browser = Browser::new(&systems.app).get(&callback).await;
    assert_eq!((other_browser.status, other_browser.name()), (StatusCode::BAD_REQUEST, "error"));
    assert_eq!(systems.octorate.simulation().requests.count("/identity/token"), 0);

    systems.open(&mut frame).await;
    let (mut tab, consent_page) = systems.begin_consent(&frame, CONNECT).await;
    let callback = systems.approve(&consent_page);
    assert_eq!(tab.get(&callback).await.name(), "connected");
    assert_eq!(tab.get(&callback).await.status, StatusCode::BAD_REQUEST, "used");
    assert_eq!(systems.octorate.simulation().requests.count("/identity/token"), 1);

    systems.open(&mut frame).await;
    let (mut tab, consent_page) = systems.begin_consent(&frame, CONNECT).await;
    let callback = systems.approve(&consent_page);
    systems.app.clock.advance(601);
    assert_eq!(tab.get(&callback).await.status, StatusCode::BAD_REQUEST, "late");
    assert_eq!(systems.octorate.simulation().requests.count("/identity/token"), 1);
}

#[tokio::test]
async fn octorate_that_refuses_or_fails_is_an_error_page_without_its_text() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    for (fault, status) in [
        (Fault::Status(400), StatusCode::BAD_GATEWAY),
        (Fault::Status(503), StatusCode::BAD_GATEWAY),
        (Fault::Html, StatusCode::BAD_GATEWAY),
        (Fault::Slow(Duration::from_secs(4)), StatusCode::GATEWAY_TIMEOUT),
    ] {
        systems.open(&mut frame).await;
        let (mut tab, consent_page) = systems.begin_consent(&frame, CONNECT).await;
        let callback = systems.approve(&consent_page);
        systems.octorate.simulation().faults.set("/identity/token", fault, 1);
        let page = tab.get(&callback).await;
        assert_eq!((page.status, page.name()), (status, "error"), "{fault:?}");
    }
    assert!(!systems.open(&mut frame).await.shows("data-connection"));
}

#[tokio::test]
async fn declining_at_octorate_connects_nothing() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    systems.open(&mut frame).await;
    let (mut tab, consent_page) = systems.begin_consent(&frame, CONNECT).await;
    let state = parameter(&consent_page, "state");
    let page = tab.get(&format!("/connections/octorate/callback?error=access_denied&state={state}")).await;
    assert_eq!((page.status, page.name()), (StatusCode::BAD_REQUEST, "error"));
    assert_eq!(systems.octorate.simulation().requests.count("/identity/token"), 0);
}

#[tokio::test]
async fn nothing_is_connected_for_somebody_who_signed_out_meanwhile() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    systems.open(&mut frame).await;
    let (mut tab, consent_page) = systems.begin_consent(&frame, CONNECT).await;
    let callback = systems.approve(&consent_page);
    frame.submit("/sign-out", &[]).await;
    let page = tab.get(&callback).await;
    assert_eq!((page.status, page.name()), (StatusCode::BAD_REQUEST, "error"));
    assert_eq!(systems.app.count("select count(*) from connections").await, 0);
}

#[tokio::test]
async fn reconnecting_keeps_the_connections_id() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    systems.connect_octorate(&mut frame).await;
    let page = systems.open(&mut frame).await;
    let id = page.body.split("data-connection=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let address = format!("{}/connections/{id}", visit_of(&frame));
    assert_eq!(frame.get(&address).await.name(), "connection");
    assert_eq!(connection_of(&address), id);
    let shown = frame.page.body.split("data-revision=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (mut tab, consent_page) = systems.begin_consent(&frame, "/reconnect").await;
    let callback = systems.approve(&consent_page);
    assert_eq!(tab.get(&callback).await.name(), "connected");
    let state = frame.clone().get(&format!("{}/connections/state", visit_of(&frame))).await;
    assert!(!state.body.contains(&shown), "the frame learns of it, although the connection worked before");
    let page = systems.open(&mut frame).await;
    assert_eq!(page.body.matches("data-connection=\"").count(), 1);
    assert!(page.shows(&format!("data-connection=\"{id}\"")));
}

#[tokio::test]
async fn octorate_is_connected_where_the_browser_keeps_no_cookies_in_the_frame() {
    let systems = Systems::start().await;
    let mut frame = systems.app.cookieless("jane@acme.example", "acme", "48213").await;
    let page = systems.connect_octorate(&mut frame).await;
    assert_eq!(page.name(), "connected");
    assert!(systems.open(&mut frame).await.shows("data-state=\"connected\""));
}

#[tokio::test]
async fn the_frame_learns_that_the_consent_is_done() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    let page = systems.open(&mut frame).await;
    let revision = |body: &str| body.split("revision\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let shown = page.body.split("data-revision=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let state = format!("{}/connections/state", visit_of(&frame));
    assert!(page.shows(&format!("data-poll=\"{state}\"")));
    assert_eq!(revision(&frame.clone().get(&state).await.body), shown);
    systems.connect_octorate(&mut frame).await;
    assert_ne!(revision(&frame.clone().get(&state).await.body), shown);
    assert_eq!(Browser::new(&systems.app).get(&state).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn forms_may_redirect_to_the_consent_page_also_where_script_shows_the_page_in_an_earlier_document() {
    let systems = Systems::start().await;
    let mut frame = systems.linked().await;
    let form_action = |policy: &str| policy.split("form-action ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    let expected = format!("'self' {}", systems.origin);
    assert_eq!(form_action(frame.page.header("content-security-policy")), expected);
    let page = systems.open(&mut frame).await;
    assert_eq!(form_action(page.header("content-security-policy")), expected);
    let page = systems.connect_activebuilding(&mut frame).await;
    assert_eq!((page.name(), form_action(page.header("content-security-policy"))), ("connection", expected));
    let app = TestApp::start().await;
    let page = Browser::new(&app).get("/login").await;
    assert_eq!(form_action(page.header("content-security-policy")), "'self'", "no system is on");
}
