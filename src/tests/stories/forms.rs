//! Form input: validation, and requests that no form of ours would send.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form},
};

#[tokio::test]
async fn t14_a_wrong_password_and_an_unknown_email_get_the_same_page_with_the_email_filled_in() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut pages = Vec::new();
    for email in ["jane@acme.example", "nobody@acme.example"] {
        let mut browser = Browser::new(&app);
        browser.launch(&app.code("acme", "48213")).await;
        let page = browser.sign_in(email, "wrong password").await;
        assert_eq!((page.status, page.name()), (StatusCode::UNAUTHORIZED, "login"));
        assert!(page.shows(&format!("value=\"{email}\"")) && !page.shows("wrong password"));
        let visit = page.form("/sign-in").action;
        let nonce = page
            .header("content-security-policy")
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned();
        pages.push(page.body.replace(email, "").replace(&nonce, "").replace(visit.trim_end_matches("/sign-in"), ""));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn a_sign_in_with_a_missing_field_is_422() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    browser.get("/login").await;
    let form = browser.page.form("/sign-in").with(&[("email", "jane@acme.example"), ("password", "x")]);
    let twice = Form { fields: [form.fields.clone(), form.fields.clone()].concat(), ..form.clone() };
    for form in [form.clone().without("email"), form.clone().without("password"), form.with(&[("password", "")]), twice]
    {
        let page = browser.post(&form).await;
        assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "login"), "{form:?}");
    }
}

#[tokio::test]
async fn a_registration_shows_each_error_at_its_field_and_keeps_the_input() {
    let app = TestApp::start().await;
    app.account("taken@acme.example").await;
    let mut browser = Browser::new(&app);
    let start = browser.launch(&app.code("acme", "48213")).await;
    let form = start.form("/register");
    for (name, email, password, message) in [
        ("Ada", "ada@acme.example", "short", "at least 8 characters"),
        ("Ada", "ada@acme.example", &"x".repeat(1025), "1,024 bytes"),
        ("Ada", "not an e-mail", PASSWORD, "Enter an email address"),
        ("  ", "ada@acme.example", PASSWORD, "Enter your name"),
        ("Ada", "Taken@Acme.example", PASSWORD, "An account with this email already exists"),
    ] {
        let form = form.clone().with(&[("name", name), ("email", email), ("password", password)]);
        let page = browser.post(&form).await;
        assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "login"), "{message}");
        assert!(page.shows(message) && page.shows("aria-invalid=\"true\""), "{message}");
        assert!(
            page.shows(&format!("value=\"{email}\"")) && !page.shows(&format!("value=\"{password}\"")),
            "{message}"
        );
    }
    for missing in ["name", "email", "password"] {
        let form = form.clone().with(&[("name", "Ada"), ("email", "ada@acme.example"), ("password", PASSWORD)]);
        assert_eq!(browser.post(&form.without(missing)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{missing}");
    }
    assert_eq!(app.count("select count(*) from accounts").await, 1);
}

#[tokio::test]
async fn a_body_over_16_kib_is_413_and_one_that_is_not_a_form_is_415() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    browser.get("/login").await;
    let form = browser.page.form("/sign-in").with(&[("email", "a@b"), ("password", &"x".repeat(16 * 1024))]);
    let page = browser.post(&form).await;
    assert_eq!((page.status, page.name()), (StatusCode::PAYLOAD_TOO_LARGE, "error"));
    let mut linked = app.linked("jane@acme.example", "acme", "48213").await;
    let large = linked.page.form("/sign-out").with(&[("x", &"x".repeat(17_000))]);
    assert_eq!(linked.post(&large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    browser.headers = vec![("content-type", "application/json")];
    let json = browser.send(axum::http::Method::POST, "/sign-in", "same-origin", None).await;
    assert_eq!((json.status, json.name()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "error"));
}

#[tokio::test]
async fn a_confirmation_without_its_ticket_is_422_and_a_malformed_address_is_404() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("acme", "48213")).await;
    let confirm = browser.sign_in("jane@acme.example", PASSWORD).await;
    let page = browser.post(&confirm.form("/link").without("ticket")).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "error"));
    let malformed = Form { action: "/v/%FF/link".into(), fields: vec![("ticket".into(), "x".into())] };
    let page = browser.post(&malformed).await;
    assert_eq!((page.status, page.name()), (StatusCode::NOT_FOUND, "not-found"));
}

#[tokio::test]
async fn t18_a_post_from_another_site_changes_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let form = browser.page.form("/sign-out");
    for headers in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", ""), ("origin", "https://evil.test")],
        vec![("sec-fetch-site", ""), ("origin", "null")],
        vec![("sec-fetch-site", "")],
    ] {
        browser.headers.clone_from(&headers);
        let site = headers[0].1.to_owned();
        let page = browser.send(axum::http::Method::POST, &form.action, &site, None).await;
        assert_eq!((page.status, page.name()), (StatusCode::FORBIDDEN, "error"), "{headers:?}");
        assert!(page.header("content-security-policy").contains("frame-ancestors"));
    }
    browser.headers.clear();
    let home = form.action.trim_end_matches("/sign-out").to_owned();
    assert_eq!(browser.get(&home).await.name(), "home");
}

#[tokio::test]
async fn the_server_filters_properties_if_there_is_no_script() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let all = app.world.staff("acme", "48213").unwrap().properties;
    let address = browser.page.address.clone();
    let page = browser.get(&format!("{address}?q={}", all[0].name.to_uppercase().replace(' ', "+"))).await;
    assert!(page.shows(&format!("1 of {} properties", all.len())), "{}", page.body);
    assert_eq!(page.body.matches(" hidden").count(), all.len() - 1);
}
