//! `NEW_BROWSER=ask`: a linked user enters the password once in each new browser.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form},
};

#[tokio::test]
async fn t25_a_linked_user_enters_the_password_once_in_a_new_browser() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    let mut known = app.linked("jane@acme.example", "acme", "48213").await;
    assert_eq!(known.launch(&app.code("acme", "48213")).await.name(), "home", "the browser that linked is known");

    let mut new = Browser::new(&app);
    let login = new.launch(&app.code("acme", "48213")).await;
    assert_eq!((login.status, login.name(), login.has_form("/register")), (StatusCode::OK, "login", false));
    assert_eq!(new.sign_in("jane@acme.example", "wrong password").await.status, StatusCode::UNAUTHORIZED);
    let home = new.sign_in("jane@acme.example", PASSWORD).await;
    assert_eq!((home.status, home.name()), (StatusCode::OK, "home"), "no second confirmation");
    assert!(home.shows("Acme Residential Management"));
    assert_eq!(new.launch(&app.code("acme", "48213")).await.name(), "home", "asked only once");
    assert_eq!(app.count("select count(*) from links").await, 1);
}

#[tokio::test]
async fn an_account_that_is_not_linked_to_the_identity_does_not_get_in() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.account("eve@evil.example").await;
    let mut eve = Browser::new(&app);
    eve.launch(&app.code("acme", "48213")).await;
    let page = eve.sign_in("eve@evil.example", PASSWORD).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNAUTHORIZED, "login"));
    assert!(!page.shows("jane"));
}

#[tokio::test]
async fn a_browser_known_for_one_account_is_new_for_another() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut eve = app.linked("eve@evil.example", "beech", "48213").await;
    assert_eq!(eve.launch(&app.code("acme", "48213")).await.name(), "login");
    assert_eq!(eve.launch(&app.code("beech", "48213")).await.name(), "home");
}

#[tokio::test]
async fn t17_the_browser_cookie_has_every_attribute_lasts_400_days_and_changes_with_each_password() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.key = Some("A".repeat(43));
    browser.get("/login").await;
    let form = browser.page.form("/sign-in").with(&[("email", "jane@acme.example"), ("password", PASSWORD)]);
    let response = browser.send(axum::http::Method::POST, &form.action, "same-origin", Some(&form)).await;
    let cookies: Vec<_> = response.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    let cookie = cookies.iter().find(|c| c.starts_with("__Host-Http-browser=")).unwrap();
    for attribute in ["HttpOnly", "Max-Age=34560000", "Partitioned", "Path=/", "SameSite=None", "Secure"] {
        assert!(cookie.split("; ").any(|a| a == attribute), "{attribute}: {cookie}");
    }
    assert_ne!(browser.key, Some("A".repeat(43)));
    app.clock.advance(400 * 24 * 3600);
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.count("select count(*) from known_browsers").await, 0);
}

#[tokio::test]
async fn without_the_setting_no_browser_is_asked_and_no_second_cookie_is_sent() {
    let app = TestApp::start().await;
    let browser = app.linked("jane@acme.example", "acme", "48213").await;
    assert_eq!(browser.key, None);
}

#[tokio::test]
async fn continuing_as_a_signed_in_account_does_not_replace_the_password_in_a_new_browser() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.account("eve@evil.example").await;
    for email in ["eve@evil.example", "jane@acme.example"] {
        let mut new = Browser::new(&app);
        new.get("/login").await;
        let open = new.sign_in(email, PASSWORD).await.address.replace("/v/", "");
        // The known-browser cookie that was set with the session would identify the browser; drop it.
        new.key = None;
        let login = new.launch(&app.code("acme", "48213")).await;
        assert!(login.has_form("/sign-in") && !login.has_form("/continue"));
        let form = Form { action: format!("{}/continue", login.address), fields: vec![("as".into(), open)] };
        assert_eq!(new.post(&form).await.status, StatusCode::NOT_FOUND, "{email}");
        assert_eq!(new.get(&login.address).await.name(), "login", "the password is still required");
    }
    assert_eq!(app.count("select count(*) from unconfirmed_links").await, 0);
}
