//! The account's data: changing name and email, what is stored about its Entrata users, and the data export.

use axum::http::StatusCode;
use serde_json::Value;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form, Page},
};

impl Browser {
    /// Opens the account page and posts the form whose action ends with `form`, with these values filled in.
    async fn change(&mut self, home: &str, form: &str, values: &[(&str, &str)]) -> Page {
        self.get(&format!("{home}/account")).await;
        self.submit(form, values).await
    }

    async fn data_export(&mut self, home: &str) -> (Page, Value) {
        let page = self.get(&format!("{home}/data-export.json")).await;
        let file = serde_json::from_str(&page.body).unwrap_or_default();
        (page, file)
    }
}

#[tokio::test]
async fn the_name_is_changed_with_a_recent_password_and_the_history_shows_it() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let page = browser.change(&home, "/name", &[("name", " Jane\u{202E}  Miller ")]).await;
    assert!(page.name() == "account" && page.shows("Name saved") && page.shows("Jane Miller"));
    assert_eq!(browser.get(&home).await.status, StatusCode::OK);
    assert!(browser.page.shows("Welcome, Jane Miller"));
    let page = browser.change(&home, "/name", &[("name", "\u{200B} ")]).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "account"));
    assert!(page.shows("Enter your name"));
    app.clock.advance(301);
    browser.get(&format!("{home}/account")).await;
    assert!(
        browser.page.form("/name").fields.iter().any(|(name, _)| name == "password"),
        "required after five minutes"
    );
    for (password, status) in [("", StatusCode::UNPROCESSABLE_ENTITY), ("wrong password", StatusCode::UNAUTHORIZED)] {
        let page = browser.submit("/name", &[("name", "Eve"), ("password", password)]).await;
        assert_eq!((page.status, page.name()), (status, "account"));
        assert!(page.shows("value=\"Eve\""), "the form keeps the input");
    }
    let page = browser.submit("/name", &[("name", "Jane M"), ("password", PASSWORD)]).await;
    assert!(page.shows("Name saved") && page.shows("Jane M"));
    browser.submit("/name", &[("name", "Jane M")]).await;
    let events = app.events().await;
    assert_eq!(events.iter().filter(|what| *what == "name_changed").count(), 2, "saving the same name is no change");
    assert!(browser.get(&format!("{home}/history")).await.shows("Name changed"));
    assert_eq!(app.count("select count(*) from audit where what = 'name_changed' and detail <> ''").await, 0);
}

#[tokio::test]
async fn the_email_is_changed_with_the_password_and_signs_in_from_then_on() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let mut elsewhere = Browser::new(&app);
    elsewhere.launch(&app.code("acme", "48213")).await;
    let second_visit = elsewhere.page.address.clone();
    let mut unconfirmed = Browser::new(&app);
    unconfirmed.launch(&app.code("beech", "48213")).await;
    let confirm = unconfirmed.sign_in("jane@acme.example", PASSWORD).await;
    for (email, password, status) in [
        ("jane@rowan.example", "", StatusCode::UNPROCESSABLE_ENTITY),
        ("jane@rowan.example", "wrong password", StatusCode::UNAUTHORIZED),
        ("jane@rowan\u{202E}.example", PASSWORD, StatusCode::UNPROCESSABLE_ENTITY),
        ("jane", PASSWORD, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let page = browser.change(&home, "/email", &[("email", email), ("password", password)]).await;
        assert_eq!((page.status, page.name()), (status, "account"), "{email} {password}");
    }
    let before = browser.cookie.clone();
    let page = browser.change(&home, "/email", &[("email", " Jane@Rowan.example "), ("password", PASSWORD)]).await;
    assert!(page.shows("Email saved") && page.shows("Jane@Rowan.example") && !page.shows("jane@acme"));
    assert_ne!(browser.cookie, before, "a new id at every password");
    assert_eq!(elsewhere.get(&second_visit).await.name(), "home", "other sessions stay open");
    assert_eq!(
        unconfirmed.post(&confirm.form("/link")).await.status,
        StatusCode::CONFLICT,
        "the confirmation showed the old email"
    );
    let mut back = Browser::new(&app);
    back.get("/login").await;
    assert_eq!(back.sign_in("jane@acme.example", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(back.sign_in("JANE@rowan.example", PASSWORD).await.name(), "home");
    assert!(app.events().await.contains(&"email_changed".to_owned()));
    assert_eq!(app.count("select count(*) from audit where detail like '%@%'").await, 0);
}

#[tokio::test]
async fn t14_changing_the_email_reveals_no_more_about_taken_ones_than_registering() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    app.account("lee@acme.example").await;
    let home = browser.page.address.clone();
    for n in 0..7 {
        let email = if n % 2 == 0 { "LEE@acme.example".to_owned() } else { format!("free-{n}@acme.example") };
        let page = browser.change(&home, "/email", &[("email", &email), ("password", PASSWORD)]).await;
        match n {
            5.. => {
                assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{n}");
                let wait = page.header("retry-after").parse::<i64>();
                assert!(wait.is_ok_and(|seconds| (1..=30).contains(&seconds)), "some seconds may have passed");
            }
            _ if n % 2 == 0 => {
                assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
                assert!(page.shows("Another account already uses this email") && !page.shows("Lee Doe"));
            }
            _ => assert!(page.shows("Email saved"), "{n}"),
        }
    }
    assert_eq!(browser.get(&home).await.name(), "home", "the session goes on meanwhile");
}

#[tokio::test]
async fn failed_attempts_for_an_email_do_not_delay_its_new_account() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let mut stranger = Browser::new(&app);
    for _ in 0..6 {
        stranger.get("/login").await;
        stranger.sign_in("jane@rowan.example", "wrong password").await;
    }
    assert_eq!(stranger.page.status, StatusCode::TOO_MANY_REQUESTS);
    browser.change(&home, "/email", &[("email", "jane@rowan.example"), ("password", PASSWORD)]).await;
    stranger.get("/login").await;
    assert_eq!(stranger.sign_in("jane@rowan.example", PASSWORD).await.name(), "home");
}

#[tokio::test]
async fn the_account_page_shows_when_each_entrata_user_was_first_and_last_opened() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    app.clock.advance(3 * 3_600);
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    app.clock.advance(120);
    let page = browser.get(&format!("{home}/account")).await;
    let times: Vec<_> = page.body.split("<time ").skip(1).map(|t| t.split(['>', '<']).nth(1).unwrap()).collect();
    assert_eq!(times, ["3 hours ago", "3 hours ago", "2 minutes ago"]);
}

#[tokio::test]
async fn after_a_new_password_is_refused_the_current_one_is_not_required_again() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let home = browser.page.address.clone();
    app.clock.advance(301);
    let page = browser.change(&home, "/password", &[("password", PASSWORD), ("new_password", "short")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.form("/unlink").fields.iter().all(|(name, _)| name != "password"));
    let identity = app.identity("acme").await;
    assert!(browser.unlink(&home, &identity, &[]).await.shows("Entrata user unlinked"));
}

#[tokio::test]
async fn the_data_export_is_one_file_with_all_personal_data_and_no_secrets() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    let mut browser = app.linked_twice().await;
    let home = browser.page.address.clone();
    app.account("lee@acme.example").await;
    let mut waiting = Browser::new(&app);
    waiting.launch(&app.code("cedar-test-17402", "1234567890")).await;
    waiting.sign_in("jane@acme.example", PASSWORD).await;
    waiting.get("/login").await;
    waiting.sign_in("jane@acme.example", "wrong password").await;
    let page = browser.get(&format!("{home}/account")).await;
    assert!(page.shows(&format!("href=\"{home}/data-export.json\" data-download")) && !page.shows(" download="));
    let (page, file) = browser.data_export(&home).await;
    assert_eq!(page.header("content-disposition"), "attachment; filename=\"data-export.json\"");
    assert_eq!(page.header("content-type"), "application/json");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(file["account"]["email"], "jane@acme.example");
    assert!(file["account"]["created_at"].as_str().unwrap().ends_with('Z'));
    let users = file["linked_users"].as_array().unwrap();
    assert_eq!(users.len(), 2);
    let acme = users.iter().find(|user| user["subdomain"] == "acme").unwrap();
    assert_eq!(acme["user_id"], "48213");
    assert!(!acme["properties"].as_array().unwrap().is_empty() && acme["first_opened_at"].is_string());
    assert_eq!(file["sessions"].as_array().unwrap().len(), 2);
    assert_eq!(file["pending_confirmations"][0]["subdomain"], "cedar-test-17402");
    assert_eq!(file["attempts"][0]["count"], 1);
    let own = "select count(*) from audit where account_id in (select id from accounts where email like 'jane%')";
    assert_eq!(i64::try_from(file["history"].as_array().unwrap().len()), Ok(app.count(own).await));
    assert!(!page.shows("lee@"), "no data of other accounts");
    let mut secrets: Vec<String> = app.world.requests().into_iter().filter_map(|r| r.token).collect();
    secrets.extend([browser.cookie.clone().unwrap(), PASSWORD.to_owned(), "$argon2id$".to_owned()]);
    // The key's ID as a complete value: random IDs contain these two characters now and then.
    secrets.push("\"k1\"".to_owned());
    for secret in secrets {
        assert!(!page.shows(&secret), "{secret}");
    }
    for name in ["hash", "token", "ticket", "password_hash", "code"] {
        assert!(!page.shows(&format!("\"{name}\"")), "{name}");
    }
}

#[tokio::test]
async fn the_data_export_lists_what_deleting_the_account_would_delete_and_no_data_of_others() {
    let app = TestApp::start().await;
    let mut jane = app.linked_twice().await;
    let home = jane.page.address.clone();
    // Before Jane linked cedar, its code was replayed once.
    let code = app.code("cedar-test-17402", "1234567890");
    jane.launch(&code).await;
    Browser::new(&app).launch(&code).await;
    jane.sign_in("jane@acme.example", PASSWORD).await;
    jane.confirm().await;
    let (acme, cedar) = (app.identity("acme").await, app.identity("cedar-test-17402").await);
    app.clock.advance(1);
    jane.unlink(&home, &acme, &[]).await;
    jane.unlink(&home, &cedar, &[]).await;
    let file = jane.data_export(&home).await.1;
    let user = |file: &Value, subdomain: &str| {
        let users = file["unlinked_users"].as_array().unwrap();
        users.iter().find(|user| user["subdomain"] == subdomain).cloned()
    };
    let acme_user = user(&file, "acme").unwrap();
    assert_eq!((acme_user["user_id"].as_str(), file["linked_users"].as_array().unwrap().len()), (Some("48213"), 1));
    assert!(!acme_user["properties"].as_array().unwrap().is_empty() && acme_user["last_opened_at"].is_string());
    assert!(acme_user["first_opened_at"].is_string() && acme_user["unlinked_at"].is_string());
    let replays = file["history_before_linking"].as_array().unwrap();
    assert_eq!((replays.len(), replays[0]["event"].as_str()), (1, Some("code_replayed")));

    app.clock.advance(1);
    // An unknown user launches cedar and does not sign in. Lee links acme; its code was also replayed before that.
    Browser::new(&app).launch(&app.code("cedar-test-17402", "1234567890")).await;
    app.account("lee@acme.example").await;
    let (mut lee, code) = (Browser::new(&app), app.code("acme", "48213"));
    lee.launch(&code).await;
    Browser::new(&app).launch(&code).await;
    lee.sign_in("lee@acme.example", PASSWORD).await;
    let lees = lee.confirm().await.address;
    assert_eq!(
        lee.data_export(&lees).await.1["history_before_linking"],
        serde_json::json!([]),
        "it was linked to Jane before"
    );
    // In Jane's browser a pending visit expires with input, once with her email and once with another.
    let export_after_expired_input = async |browser: &mut Browser, email: &str| {
        browser.launch(&app.code("acme", "51877")).await;
        app.clock.advance(601);
        let fields = [("name", "Jane Quillfeather"), ("email", email), ("password", PASSWORD)];
        assert_eq!(browser.submit("/register", &fields).await.status, StatusCode::CONFLICT);
        let password = vec![("password".to_owned(), PASSWORD.to_owned())];
        browser.post(&Form { action: format!("{home}/data-export"), fields: password }).await;
        browser.data_export(&home).await
    };
    let (_, file) = export_after_expired_input(&mut jane, "JANE@acme.example").await;
    assert_eq!(file["typed"][0]["name"], "Jane Quillfeather");
    assert!(user(&file, "acme").is_none(), "it is linked to Lee now");
    let cedar = user(&file, "cedar-test-17402").unwrap();
    assert_eq!(cedar["user_id"], "1234567890");
    assert!(
        cedar["properties"].is_null() && cedar["last_opened_at"].is_null(),
        "another user may have opened it since"
    );
    let (page, file) = export_after_expired_input(&mut jane, "marcus@beech.example").await;
    assert!(file["typed"] == serde_json::json!([]) && !page.shows("marcus") && !page.shows("Quillfeather"));
    // Lee has used this browser, too.
    jane.launch(&app.code("acme", "48213")).await;
    let (page, _) = export_after_expired_input(&mut jane, "jane@acme.example").await;
    assert_eq!((page.status, page.shows("Quillfeather"), page.shows("lee@")), (StatusCode::OK, false, false));
}

#[tokio::test]
async fn the_data_export_requires_a_recent_password_by_cookie_and_by_bearer() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut eve = app.linked("eve@evil.example", "beech", "48213").await;
    for keeps_cookies in [true, false] {
        let mut browser = Browser { keeps_cookies, ..Browser::new(&app) };
        let home = browser.launch(&app.code("acme", "48213")).await.address;
        browser.cookie_probe().await;
        let page = browser.get(&format!("{home}/data-export.json")).await;
        assert_eq!((page.status, page.name()), (StatusCode::FORBIDDEN, "account"), "a launch is not enough");
        assert_eq!(page.address, format!("{home}/account"));
        assert!(page.shows("Enter your password") && !page.shows("48213,") && !page.shows("data-download"));
        let page = browser.submit("/data-export", &[("password", "wrong password")]).await;
        assert_eq!((page.status, page.name()), (StatusCode::UNAUTHORIZED, "account"));
        let page = browser.submit("/data-export", &[("password", PASSWORD)]).await;
        assert!(page.name() == "account" && page.shows("data-export.json\" data-download"));
        assert_eq!(browser.data_export(&home).await.1["linked_users"][0]["user_id"], "48213");
        app.clock.advance(301);
        assert_eq!(browser.data_export(&home).await.0.status, StatusCode::FORBIDDEN);
        assert_eq!(eve.data_export(&home).await.0.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn account_forms_with_missing_fields_are_refused_at_the_field() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    for action in ["/name", "/email", "/password", "/data-export", "/delete"] {
        let page = browser.post(&Form { action: format!("{home}{action}"), fields: Vec::new() }).await;
        assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "account"), "{action}");
    }
}
