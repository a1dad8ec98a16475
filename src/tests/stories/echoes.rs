//! The echo: what carries a visit is found out by the first call of its page, and its ticket is good once, for a minute, in its own browser.

use axum::http::{Method, StatusCode};

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form},
};

#[tokio::test]
async fn where_the_cookie_comes_back_no_token_is_handed_out() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    for code in [app.code("acme", "48213"), app.code("acme", "51877")] {
        browser.launch(&code).await;
        assert_eq!(browser.cookie_probe().await, StatusCode::NO_CONTENT);
        assert_eq!(browser.bearer, None);
    }
    assert_eq!(app.count("select count(*) from bearers").await, 0);
}

#[tokio::test]
async fn where_no_cookie_comes_back_the_page_s_ticket_buys_a_bearer() {
    let app = TestApp::start().await;
    let mut browser = app.cookieless("jane@acme.example", "acme", "48213").await;
    let token = browser.bearer.clone().unwrap();
    assert_eq!(token.len(), 43, "256 bits");
    let home = browser.get(&browser.page.address.clone()).await;
    assert_eq!((home.status, home.name()), (StatusCode::OK, "home"));
    assert!(!app.database_bytes().windows(43).any(|w| w == token.as_bytes()), "hashed at rest");
    assert!(!home.shows(&token));
}

#[tokio::test]
async fn a_ticket_is_good_once() {
    let app = TestApp::start().await;
    let mut browser = app.cookieless("jane@acme.example", "acme", "48213").await;
    let first = browser.bearer.take();
    assert_eq!(browser.cookie_probe().await, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.bearer, None);
    browser.bearer = first;
    assert_eq!(browser.get("/").await.name(), "home", "and who was first goes on");
}

#[tokio::test]
async fn a_ticket_is_good_for_a_minute_and_for_its_own_visit() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut late = Browser { keeps_cookies: false, ..Browser::new(&app) };
    late.launch(&app.code("acme", "48213")).await;
    let mut other = late.clone();
    other.launch(&app.code("acme", "48213")).await;
    let mut swapped = other.page.cookie_probe();
    swapped.fields.clone_from(&late.page.cookie_probe().fields);
    assert_eq!(other.post(&swapped).await.status, StatusCode::UNAUTHORIZED, "another visit's");
    app.clock.advance(60);
    assert_eq!(late.cookie_probe().await, StatusCode::UNAUTHORIZED, "late");
    for browser in [late, other] {
        assert_eq!(browser.bearer, None);
    }
}

#[tokio::test]
async fn a_ticket_is_nothing_under_another_browser_session_s_cookie() {
    let app = TestApp::start().await;
    let mut thief = app.linked("eve@evil.example", "acme", "51877").await;
    app.clock.advance(61);
    let mut victim = app.linked("jane@acme.example", "acme", "48213").await;
    let launched = victim.launch(&app.code("acme", "48213")).await;
    let stolen = launched.cookie_probe();
    let answer = thief.send(Method::POST, &stolen.action, "same-origin", Some(&stolen)).await;
    assert_eq!((answer.status, answer.header("latchkey-bearer")), (StatusCode::UNAUTHORIZED, ""));
    assert_eq!(thief.get(&launched.address).await.status, StatusCode::UNAUTHORIZED);
    // Nor does it help to throw the cookie away now: the ticket is consumed.
    assert_eq!(Browser::new(&app).post(&stolen).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(victim.get(&launched.address).await.name(), "home");
}

#[tokio::test]
async fn two_tabs_launched_at_once_stay_in_whichever_cookie_the_browser_keeps() {
    let app = TestApp::start().await;
    let known = app.linked("jane@acme.example", "acme", "48213").await;
    for before in [known, Browser::new(&app)] {
        for kept in 0..2 {
            let (mut one, mut two) = (before.clone(), before.clone());
            one.launch(&app.code("acme", "48213")).await;
            two.launch(&app.code("acme", "48213")).await;
            let cookie = if kept == 0 { one.cookie.clone() } else { two.cookie.clone() };
            for tab in [&mut one, &mut two] {
                tab.cookie.clone_from(&cookie);
                assert_eq!(tab.cookie_probe().await, StatusCode::NO_CONTENT);
                assert_eq!(tab.bearer, None, "the cookie came back");
            }
            for tab in [&mut one, &mut two] {
                assert_eq!(tab.get(&tab.page.address.clone()).await.name(), "home", "kept: {kept}");
            }
        }
    }
}

#[tokio::test]
async fn two_tabs_whose_launches_cross_stay_in_by_the_ticket_once_the_last_cookie_is_there() {
    let app = TestApp::start().await;
    let known = app.linked("jane@acme.example", "acme", "48213").await;
    for before in [known, Browser::new(&app)] {
        for last in 0..2 {
            let mut tabs = [before.clone(), before.clone()];
            for tab in &mut tabs {
                tab.launch(&app.code("acme", "48213")).await;
            }
            // Each makes its echo with its own cookie; then the last answer arrives, and its cookie is what the browser keeps.
            for tab in &mut tabs {
                assert_eq!(tab.cookie_probe().await, StatusCode::NO_CONTENT);
            }
            let kept = tabs[last].cookie.clone();
            for tab in &mut tabs {
                tab.cookie.clone_from(&kept);
                assert_eq!(tab.cookie_probe().await, StatusCode::NO_CONTENT, "the script makes it again");
                assert_eq!(tab.bearer, None);
            }
            for tab in &mut tabs {
                assert_eq!(tab.get(&tab.page.address.clone()).await.name(), "home");
            }
        }
    }
}

#[tokio::test]
async fn a_ticket_that_came_with_the_cookie_buys_no_bearer_any_more() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    browser.launch(&app.code("acme", "48213")).await;
    assert_eq!(browser.cookie_probe().await, StatusCode::NO_CONTENT);
    let mut thief = Browser { cookie: None, ..browser.clone() };
    assert_eq!((thief.cookie_probe().await, thief.bearer), (StatusCode::UNAUTHORIZED, None));
}

#[tokio::test]
async fn a_ticket_of_a_sign_in_lets_no_id_in_from_before_the_password() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let planted = app.linked("eve@evil.example", "acme", "51877").await;
    let mut victim = planted.clone();
    victim.headers = vec![("latchkey-script", "1")];
    let fields = [("email", "jane@acme.example"), ("password", PASSWORD)];
    let form = Form { action: "/sign-in".into(), fields: Vec::new() }.with(&fields);
    let told = victim.send(Method::POST, "/sign-in", "same-origin", Some(&form)).await;
    let (visit, ticket) = (told.header("latchkey-to").to_owned(), told.header("latchkey-ticket").to_owned());
    let cookie_probe = Form { action: format!("{visit}/cookie-probe"), fields: vec![("ticket".into(), ticket)] };
    let answer = planted.clone().post(&cookie_probe).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "the old id, in whatever browser");
    assert_eq!(planted.clone().get(&visit).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(victim.get(&visit).await.name(), "home");
}

#[tokio::test]
async fn an_echo_that_another_site_sends_is_refused() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut browser = Browser { keeps_cookies: false, ..Browser::new(&app) };
    let launched = browser.launch(&app.code("acme", "48213")).await.cookie_probe();
    let answer = browser.send(Method::POST, &launched.action, "cross-site", Some(&launched)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.bearer, None);
}
