//! Bearer tokens: each opens one visit, is renewed while it is used, and is invalid once it has been replaced.

use axum::http::{Method, StatusCode};

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::Browser,
    logs,
};

#[tokio::test]
async fn a_user_without_cookies_signs_in_links_and_signs_out_by_bearer() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser { keeps_cookies: false, ..Browser::new(&app) };
    browser.launch(&app.code("acme", "48213")).await;
    assert_eq!(browser.cookie_probe().await, StatusCode::NO_CONTENT);
    let mut tokens = vec![browser.bearer.clone().unwrap()];
    assert_eq!(browser.sign_in("jane@acme.example", PASSWORD).await.name(), "confirm");
    tokens.push(browser.bearer.clone().unwrap());
    let declined = browser.submit("/decline", &[]).await;
    assert!(declined.name() == "login" && declined.shows("Nothing was linked"));
    browser.sign_in("jane@acme.example", PASSWORD).await;
    tokens.push(browser.bearer.clone().unwrap());
    let home = browser.confirm().await;
    assert_eq!(home.name(), "home");
    tokens.push(browser.bearer.clone().unwrap());
    assert_eq!(tokens.iter().collect::<std::collections::HashSet<_>>().len(), 4, "a new one at every sign-in and link");
    browser.submit("/sign-out", &[]).await;
    assert_eq!(browser.get(&home.address).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.count("select count(*) from browser_sessions").await, 0);
}

#[tokio::test]
async fn a_bearer_opens_only_its_own_visit() {
    let app = TestApp::start().await;
    let mut a = app.cookieless("jane@acme.example", "acme", "48213").await;
    let mut b = app.cookieless("marcus@beech.example", "beech", "48213").await;
    let (visit_a, visit_b) = (a.page.clone(), b.page.clone());
    assert_eq!(a.get(&visit_b.address).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(a.post(&visit_b.form("/sign-out")).await.status, StatusCode::UNAUTHORIZED);
    assert!(b.get(&visit_b.address).await.shows("marcus@beech.example"));
    assert!(a.get(&visit_a.address).await.shows("jane@acme.example"));
}

#[tokio::test]
async fn a_bearer_takes_precedence_over_the_cookie_even_if_it_is_invalid() {
    let app = TestApp::start().await;
    let mut jane = app.cookieless("jane@acme.example", "acme", "48213").await;
    let marcus = app.linked("marcus@beech.example", "beech", "48213").await;
    jane.cookie.clone_from(&marcus.cookie);
    jane.keeps_cookies = true;
    assert!(jane.get("/").await.shows("jane@acme.example"));
    assert_eq!(jane.get(&marcus.page.address).await.status, StatusCode::UNAUTHORIZED);
    for invalid in ["", "short", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        jane.bearer = Some(invalid.into());
        assert_eq!(jane.get("/").await.status, StatusCode::UNAUTHORIZED, "{invalid}");
    }
}

#[tokio::test]
async fn a_bearer_in_use_is_replaced_every_fifteen_minutes_and_stays_valid_until_the_new_one_is_used() {
    let app = TestApp::start().await;
    let mut browser = app.cookieless("jane@acme.example", "acme", "48213").await;
    let (home, first) = (browser.page.address.clone(), browser.bearer.clone());
    app.clock.advance(899);
    browser.get(&home).await;
    assert_eq!(browser.bearer, first);
    app.clock.advance(1);
    browser.get(&home).await;
    let second = browser.bearer.clone();
    assert_ne!(second, first);
    // The response with the second token was lost: the first still works, and gets a new successor a minute later.
    browser.bearer.clone_from(&first);
    assert_eq!(browser.get(&home).await.name(), "home");
    assert_eq!(browser.bearer, first, "a response may still be on its way");
    app.clock.advance(60);
    browser.get(&home).await;
    let third = browser.bearer.clone();
    assert!(third != second && third != first);
    assert_eq!(browser.get(&home).await.name(), "home");
    let mut lost = Browser { bearer: second, ..browser.clone() };
    assert_eq!(lost.get(&home).await.status, StatusCode::UNAUTHORIZED, "a token that was never received is not valid");
    assert_eq!(browser.get(&home).await.name(), "home");
}

#[tokio::test]
async fn a_bearer_used_after_its_successor_was_used_ends_the_visit() {
    let app = TestApp::start().await;
    let mut browser = app.cookieless("jane@acme.example", "acme", "48213").await;
    let (home, mut thief) = (browser.page.address.clone(), browser.clone());
    app.clock.advance(900);
    browser.get(&home).await;
    browser.get(&home).await;
    assert_eq!(thief.get(&home).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.get(&home).await.status, StatusCode::CONFLICT, "it is not known which of the two is the thief");
}

#[tokio::test]
async fn a_stolen_bearer_also_ends_the_tabs_opened_from_the_visit() {
    let app = TestApp::start().await;
    let mut browser = app.cookieless("jane@acme.example", "acme", "48213").await;
    let mut tab = Browser::new(&app);
    let opened = tab.post(&browser.page.form("/tab")).await;
    let mut second = Browser::new(&app);
    let opened_from_tab = second.post(&opened.form("/tab")).await;
    let (home, mut thief) = (browser.page.address.clone(), browser.clone());
    app.clock.advance(900);
    browser.get(&home).await;
    browser.get(&home).await;
    thief.get(&home).await;
    assert_eq!(tab.get(&opened.address).await.status, StatusCode::CONFLICT);
    assert_eq!(second.get(&opened_from_tab.address).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn later_launches_of_a_tab_join_its_session_and_end_with_it() {
    let app = TestApp::start().await;
    let mut tab = app.cookieless("jane@acme.example", "acme", "48213").await;
    let (first, earlier) = (tab.page.address.clone(), tab.bearer.clone().unwrap());
    app.clock.advance(1);
    let mut later = Browser { bearer: None, ..tab.clone() };
    let page = later.launch(&app.code("acme", "48213")).await;
    let cookie_probe = page.cookie_probe().with(&[("earlier", &earlier)]);
    later.send(Method::POST, &cookie_probe.action, "same-origin", Some(&cookie_probe)).await;
    assert_eq!(app.count("select count(*) from browser_sessions where id in (select session_id from visits)").await, 2);
    assert_eq!(later.get(&page.address).await.name(), "home");
    assert_eq!(tab.get(&page.address).await.status, StatusCode::UNAUTHORIZED, "each bearer opens its own visit");
    app.clock.advance(1);
    later.get(&page.address).await;
    later.submit("/sign-out", &[]).await;
    assert_ne!(tab.get(&first).await.status, StatusCode::OK, "the earlier visit is over, too");
}

#[tokio::test]
async fn other_authorization_schemes_are_ignored() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    browser.headers = vec![("authorization", "Basic c3RhZ2luZzpwYXNz")];
    assert_eq!(browser.get("/").await.name(), "home");
    browser.launch(&app.code("acme", "48213")).await;
    assert_eq!((browser.cookie_probe().await, browser.bearer.clone()), (StatusCode::NO_CONTENT, None));
}

#[tokio::test]
async fn a_bearer_ends_after_twelve_idle_hours_and_seven_days_as_a_cookie_does() {
    let app = TestApp::start().await;
    let mut browser = app.cookieless("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    for _ in 0..14 {
        app.clock.advance(12 * 3600 - 60);
        assert_eq!(browser.get(&home).await.name(), "home");
    }
    app.clock.advance(12 * 3600 - 60);
    assert_eq!(browser.get(&home).await.status, StatusCode::UNAUTHORIZED, "seven days");
    let mut idle = Browser { keeps_cookies: false, ..Browser::new(&app) };
    let home = idle.launch(&app.code("acme", "48213")).await.address;
    idle.cookie_probe().await;
    app.clock.advance(12 * 3600);
    assert_eq!(idle.get(&home).await.status, StatusCode::UNAUTHORIZED, "twelve hours");
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.count("select count(*) from bearers").await, 0);
}

#[tokio::test]
async fn the_pages_script_gets_a_redirect_in_a_header_and_other_clients_get_a_303() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser { keeps_cookies: false, ..Browser::new(&app) };
    let form =
        browser.get("/login").await.form("/sign-in").with(&[("email", "jane@acme.example"), ("password", PASSWORD)]);
    let plain = browser.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!((plain.status, plain.header("latchkey-ticket")), (StatusCode::SEE_OTHER, ""));
    browser.headers = vec![("latchkey-script", "1")];
    let response = browser.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!((response.status, response.header("location")), (StatusCode::NO_CONTENT, ""));
    let (visit, ticket) = (response.header("latchkey-to").to_owned(), response.header("latchkey-ticket").to_owned());
    let cookie_probe = crate::tests::browser::Form {
        action: format!("{visit}/cookie-probe"),
        fields: vec![("ticket".into(), ticket)],
    };
    assert_eq!(browser.post(&cookie_probe).await.status, StatusCode::NO_CONTENT);
    assert_eq!(browser.get(&visit).await.name(), "home", "signed in without a launch, without a cookie");
}

#[tokio::test]
async fn neither_tickets_nor_tokens_are_logged() {
    let app = TestApp::start().await;
    let mut browser = app.cookieless("jane@acme.example", "acme", "48213").await;
    let (first, ticket) = (browser.bearer.clone().unwrap(), browser.page.cookie_probe().fields[0].1.clone());
    app.clock.advance(900);
    browser.get(&browser.page.address.clone()).await;
    browser.get("/").await;
    let mut thief = Browser { bearer: Some(first.clone()), ..browser.clone() };
    thief.get("/").await;
    let log = logs::text();
    for secret in [&first, &ticket, &browser.bearer.unwrap()] {
        assert!(!log.contains(secret.as_str()));
    }
    assert!(log.contains("a bearer was used after its successor"));
}

#[tokio::test]
async fn a_visit_that_joins_an_earlier_session_has_its_full_twelve_hours() {
    let app = TestApp::start().await;
    let mut tab = app.cookieless("jane@acme.example", "acme", "48213").await;
    let earlier = tab.bearer.take().unwrap();
    app.clock.advance(12 * 3600 - 5);
    let page = tab.launch(&app.code("acme", "48213")).await;
    let cookie_probe = page.cookie_probe().with(&[("earlier", &earlier)]);
    tab.send(Method::POST, &cookie_probe.action, "same-origin", Some(&cookie_probe)).await;
    app.clock.advance(12 * 3600 - 60);
    assert_eq!(tab.get(&page.address).await.name(), "home");
}

#[tokio::test]
async fn the_root_shows_a_pending_visit_to_its_bearer_and_signing_out_by_bearer_removes_no_cookie() {
    let app = TestApp::start().await;
    let mut pending = Browser { keeps_cookies: false, ..Browser::new(&app) };
    let page = pending.launch(&app.code("acme", "48213")).await;
    pending.cookie_probe().await;
    let root = pending.get("/").await;
    assert_eq!((root.status, root.name(), root.address.as_str()), (StatusCode::OK, "login", page.address.as_str()));
    let jane = app.linked("jane@beech.example", "beech", "48213").await;
    pending.cookie.clone_from(&jane.cookie);
    let response = pending.send(Method::POST, &format!("{}/sign-out", page.address), "same-origin", None).await;
    assert_eq!((response.status, response.header("set-cookie")), (StatusCode::SEE_OTHER, ""));
}
