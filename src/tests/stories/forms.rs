//! What is typed into forms, and what is sent in their place.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form},
};

#[tokio::test]
async fn t14_a_wrong_password_and_an_unknown_e_mail_get_the_same_answer_with_the_e_mail_kept() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut answers = Vec::new();
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
        answers.push(page.body.replace(email, "").replace(&nonce, "").replace(visit.trim_end_matches("/sign-in"), ""));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_sign_in_that_lacks_a_field_is_422() {
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
async fn a_registration_says_beside_each_field_what_is_wrong_and_keeps_what_was_typed() {
    let app = TestApp::start().await;
    app.account("taken@acme.example").await;
    let mut browser = Browser::new(&app);
    let start = browser.launch(&app.code("acme", "48213")).await;
    let form = start.form("/register");
    for (name, email, password, said) in [
        ("Ada", "ada@acme.example", "short", "at least 8 characters"),
        ("Ada", "ada@acme.example", &"x".repeat(1025), "1,024 bytes"),
        ("Ada", "not an e-mail", PASSWORD, "Enter an email address"),
        ("  ", "ada@acme.example", PASSWORD, "Enter your name"),
        ("Ada", "Taken@Acme.example", PASSWORD, "An account with this email already exists"),
    ] {
        let form = form.clone().with(&[("name", name), ("email", email), ("password", password)]);
        let page = browser.post(&form).await;
        assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "login"), "{said}");
        assert!(page.shows(said) && page.shows("aria-invalid=\"true\""), "{said}");
        assert!(page.shows(&format!("value=\"{email}\"")) && !page.shows(&format!("value=\"{password}\"")), "{said}");
    }
    for missing in ["name", "email", "password"] {
        let form = form.clone().with(&[("name", "Ada"), ("email", "ada@acme.example"), ("password", PASSWORD)]);
        assert_eq!(browser.post(&form.without(missing)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{missing}");
    }
    assert_eq!(app.count("select count(*) from accounts").await, 1);
}

#[tokio::test]
async fn a_body_over_16_kib_is_413_and_one_that_is_no_form_415() {
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
async fn a_confirmation_without_its_ticket_is_422_and_an_address_that_is_none_404() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("acme", "48213")).await;
    let confirm = browser.sign_in("jane@acme.example", PASSWORD).await;
    let page = browser.post(&confirm.form("/link").without("ticket")).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "error"));
    let odd = Form { action: "/v/%FF/link".into(), fields: vec![("ticket".into(), "x".into())] };
    let page = browser.post(&odd).await;
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
async fn the_properties_are_narrowed_by_the_server_where_there_is_no_script() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let all = app.world.staff("acme", "48213").unwrap().properties;
    let address = browser.page.address.clone();
    let page = browser.get(&format!("{address}?q={}", all[0].name.to_uppercase().replace(' ', "+"))).await;
    assert!(page.shows(&format!("1 of {} properties", all.len())), "{}", page.body);
    assert_eq!(page.body.matches(" hidden").count(), all.len() - 1);
}
