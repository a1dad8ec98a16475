//! `NEW_BROWSER=ask`: a linked id in a browser not seen before gives the password once.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form},
};

#[tokio::test]
async fn t25_a_linked_id_in_a_new_browser_gives_the_password_once() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    let mut known = app.linked("jane@acme.example", "acme", "48213").await;
    assert_eq!(known.launch(&app.code("acme", "48213")).await.name(), "home", "the browser that linked is known");

    let mut new = Browser::new(&app);
    let asked = new.launch(&app.code("acme", "48213")).await;
    assert_eq!((asked.status, asked.name(), asked.has_form("/register")), (StatusCode::OK, "login", false));
    assert_eq!(new.sign_in("jane@acme.example", "wrong password").await.status, StatusCode::UNAUTHORIZED);
    let home = new.sign_in("jane@acme.example", PASSWORD).await;
    assert_eq!((home.status, home.name()), (StatusCode::OK, "home"), "no second confirmation");
    assert!(home.shows("Acme Residential Management"));
    assert_eq!(new.launch(&app.code("acme", "48213")).await.name(), "home", "asked once");
    assert_eq!(app.count("select count(*) from links").await, 1);
}

#[tokio::test]
async fn an_account_that_the_id_is_not_linked_to_does_not_get_in_by_it() {
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
async fn a_browser_that_is_known_for_one_account_is_not_for_another() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut eve = app.linked("eve@evil.example", "beech", "48213").await;
    assert_eq!(eve.launch(&app.code("acme", "48213")).await.name(), "login");
    assert_eq!(eve.launch(&app.code("beech", "48213")).await.name(), "home");
}

#[tokio::test]
async fn t17_the_browser_s_cookie_has_every_attribute_and_its_400_days_and_is_drawn_anew_with_each_password() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.key = Some("A".repeat(43));
    browser.get("/login").await;
    let form = browser.page.form("/sign-in").with(&[("email", "jane@acme.example"), ("password", PASSWORD)]);
    let answer = browser.send(axum::http::Method::POST, &form.action, "same-origin", Some(&form)).await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    let cookie = cookies.iter().find(|c| c.starts_with("__Host-Http-browser=")).unwrap();
    for attribute in ["HttpOnly", "Max-Age=34560000", "Partitioned", "Path=/", "SameSite=None", "Secure"] {
        assert!(cookie.split("; ").any(|a| a == attribute), "{attribute}: {cookie}");
    }
    assert_ne!(browser.key, Some("A".repeat(43)));
    app.clock.advance(400 * 24 * 3600);
    app.app.visits.sweep().await.unwrap();
    assert_eq!(app.count("select count(*) from known_browsers").await, 0);
}

#[tokio::test]
async fn without_the_setting_no_browser_is_asked_and_no_second_cookie_sent() {
    let app = TestApp::start().await;
    let browser = app.linked("jane@acme.example", "acme", "48213").await;
    assert_eq!(browser.key, None);
}

#[tokio::test]
async fn going_on_as_a_signed_in_account_does_not_stand_in_for_the_password_that_a_new_browser_is_asked_for() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.account("eve@evil.example").await;
    for email in ["eve@evil.example", "jane@acme.example"] {
        let mut new = Browser::new(&app);
        new.get("/login").await;
        let open = new.sign_in(email, PASSWORD).await.address.replace("/v/", "");
        // Another browser's cookie that came with the session's would make it known; this one lost it.
        new.key = None;
        let asked = new.launch(&app.code("acme", "48213")).await;
        assert!(asked.has_form("/sign-in") && !asked.has_form("/go-on"));
        let form = Form { action: format!("{}/go-on", asked.address), fields: vec![("as".into(), open)] };
        assert_eq!(new.post(&form).await.status, StatusCode::NOT_FOUND, "{email}");
        assert_eq!(new.get(&asked.address).await.name(), "login", "it is still asked for");
    }
    assert_eq!(app.count("select count(*) from unconfirmed_links").await, 0);
}
