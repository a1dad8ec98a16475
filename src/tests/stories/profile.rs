//! The account's own data: its name and e-mail changed, what is known of its Entrata users, and everything taken along.

use axum::http::StatusCode;
use serde_json::Value;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form, Page},
};

impl Browser {
    /// Opens the account's page and hands in the form whose action ends so, with these values beside what stands in it.
    async fn change(&mut self, home: &str, form: &str, values: &[(&str, &str)]) -> Page {
        self.get(&format!("{home}/account")).await;
        self.submit(form, values).await
    }

    async fn data_export(&mut self, home: &str) -> (Page, Value) {
        let page = self.get(&format!("{home}/everything.json")).await;
        let file = serde_json::from_str(&page.body).unwrap_or_default();
        (page, file)
    }
}

#[tokio::test]
async fn the_name_is_changed_with_a_fresh_password_and_the_history_tells_that_it_was() {
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
    assert!(browser.page.form("/name").fields.iter().any(|(name, _)| name == "password"), "asked for later");
    for (password, status) in [("", StatusCode::UNPROCESSABLE_ENTITY), ("wrong password", StatusCode::UNAUTHORIZED)] {
        let page = browser.submit("/name", &[("name", "Eve"), ("password", password)]).await;
        assert_eq!((page.status, page.name()), (status, "account"));
        assert!(page.shows("value=\"Eve\""), "what was typed stays");
    }
    let page = browser.submit("/name", &[("name", "Jane M"), ("password", PASSWORD)]).await;
    assert!(page.shows("Name saved") && page.shows("Jane M"));
    browser.submit("/name", &[("name", "Jane M")]).await;
    let events = app.events().await;
    assert_eq!(events.iter().filter(|what| *what == "name_changed").count(), 2, "the same once more is no change");
    assert!(browser.get(&format!("{home}/history")).await.shows("Name changed"));
    assert_eq!(app.count("select count(*) from audit where what = 'name_changed' and detail <> ''").await, 0);
}

#[tokio::test]
async fn the_e_mail_is_changed_with_the_password_and_one_signs_in_with_it_from_then_on() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let mut elsewhere = Browser::new(&app);
    elsewhere.launch(&app.code("acme", "48213")).await;
    let there = elsewhere.page.address.clone();
    let mut waiting = Browser::new(&app);
    waiting.launch(&app.code("beech", "48213")).await;
    let confirm = waiting.sign_in("jane@acme.example", PASSWORD).await;
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
    assert_eq!(elsewhere.get(&there).await.name(), "home", "nothing that opens a session changed");
    assert_eq!(waiting.post(&confirm.form("/link")).await.status, StatusCode::CONFLICT, "it showed the old e-mail");
    let mut back = Browser::new(&app);
    back.get("/login").await;
    assert_eq!(back.sign_in("jane@acme.example", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(back.sign_in("JANE@rowan.example", PASSWORD).await.name(), "home");
    assert!(app.events().await.contains(&"email_changed".to_owned()));
    assert_eq!(app.count("select count(*) from audit where detail like '%@%'").await, 0);
}

#[tokio::test]
async fn t14_changing_the_e_mail_tells_of_taken_ones_no_more_than_registering_does() {
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
                assert!(wait.is_ok_and(|seconds| (1..=30).contains(&seconds)), "the clock ticks meanwhile");
            }
            _ if n % 2 == 0 => {
                assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
                assert!(page.shows("Another account already uses this email") && !page.shows("Lee Doe"));
            }
            _ => assert!(page.shows("Email saved"), "{n}"),
        }
    }
    assert_eq!(browser.get(&home).await.name(), "home", "whoever waits is still in");
}

#[tokio::test]
async fn what_was_tried_for_an_e_mail_does_not_keep_its_new_account_waiting() {
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
async fn the_account_says_of_each_entrata_user_when_it_was_opened_first_and_last() {
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
async fn after_a_new_password_was_refused_nothing_asks_for_the_one_just_given() {
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
async fn everything_that_is_held_on_a_person_is_one_file_without_a_secret_in_it() {
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
    assert!(page.shows(&format!("href=\"{home}/everything.json\" data-download")) && !page.shows(" download="));
    let (page, file) = browser.data_export(&home).await;
    assert_eq!(page.header("content-disposition"), "attachment; filename=\"everything.json\"");
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
    assert!(!page.shows("lee@"), "nothing of anybody else");
    let mut secrets: Vec<String> = app.world.requests().into_iter().filter_map(|r| r.token).collect();
    secrets.extend([browser.cookie.clone().unwrap(), PASSWORD.to_owned(), "$argon2id$".to_owned()]);
    // The key's id, as a value by itself: random ids hold these two letters now and then.
    secrets.push("\"k1\"".to_owned());
    for secret in secrets {
        assert!(!page.shows(&secret), "{secret}");
    }
    for name in ["hash", "token", "ticket", "password_hash", "code"] {
        assert!(!page.shows(&format!("\"{name}\"")), "{name}");
    }
}

#[tokio::test]
async fn everything_lists_what_the_account_s_end_would_take_and_nothing_that_may_be_somebody_else_s() {
    let app = TestApp::start().await;
    let mut jane = app.linked_twice().await;
    let home = jane.page.address.clone();
    // Before Jane linked cedar, its code was opened once more by somebody.
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
    let one = user(&file, "acme").unwrap();
    assert_eq!((one["user_id"].as_str(), file["linked_users"].as_array().unwrap().len()), (Some("48213"), 1));
    assert!(!one["properties"].as_array().unwrap().is_empty() && one["last_opened_at"].is_string());
    assert!(one["first_opened_at"].is_string() && one["unlinked_at"].is_string());
    let before = file["history_before_linking"].as_array().unwrap();
    assert_eq!((before.len(), before[0]["event"].as_str()), (1, Some("code_replayed")));

    app.clock.advance(1);
    // Somebody opens cedar, whoever it is, and lets it be; Lee links acme, which was replayed, too, while it was nobody's.
    Browser::new(&app).launch(&app.code("cedar-test-17402", "1234567890")).await;
    app.account("lee@acme.example").await;
    let (mut lee, code) = (Browser::new(&app), app.code("acme", "48213"));
    lee.launch(&code).await;
    Browser::new(&app).launch(&code).await;
    lee.sign_in("lee@acme.example", PASSWORD).await;
    let lees = lee.confirm().await.address;
    assert_eq!(lee.data_export(&lees).await.1["history_before_linking"], serde_json::json!([]), "it was Jane's before");
    // In Jane's browser a form's time runs out, under her e-mail and under another.
    let typed = async |browser: &mut Browser, email: &str| {
        browser.launch(&app.code("acme", "51877")).await;
        app.clock.advance(601);
        let fields = [("name", "Jane Quillfeather"), ("email", email), ("password", PASSWORD)];
        assert_eq!(browser.submit("/register", &fields).await.status, StatusCode::CONFLICT);
        let password = vec![("password".to_owned(), PASSWORD.to_owned())];
        browser.post(&Form { action: format!("{home}/everything"), fields: password }).await;
        browser.data_export(&home).await
    };
    let (_, file) = typed(&mut jane, "JANE@acme.example").await;
    assert_eq!(file["typed"][0]["name"], "Jane Quillfeather");
    assert!(user(&file, "acme").is_none(), "it is Lee's now");
    let cedar = user(&file, "cedar-test-17402").unwrap();
    assert_eq!(cedar["user_id"], "1234567890");
    assert!(cedar["properties"].is_null() && cedar["last_opened_at"].is_null(), "opened since, by whomever");
    let (page, file) = typed(&mut jane, "marcus@beech.example").await;
    assert!(file["typed"] == serde_json::json!([]) && !page.shows("marcus") && !page.shows("Quillfeather"));
    // The browser is Lee's, too.
    jane.launch(&app.code("acme", "48213")).await;
    let (page, _) = typed(&mut jane, "jane@acme.example").await;
    assert_eq!((page.status, page.shows("Quillfeather"), page.shows("lee@")), (StatusCode::OK, false, false));
}

#[tokio::test]
async fn everything_is_handed_out_only_while_the_password_is_fresh_by_cookie_and_by_bearer() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut eve = app.linked("eve@evil.example", "beech", "48213").await;
    for keeps_cookies in [true, false] {
        let mut browser = Browser { keeps_cookies, ..Browser::new(&app) };
        let home = browser.launch(&app.code("acme", "48213")).await.address;
        browser.cookie_probe().await;
        let page = browser.get(&format!("{home}/everything.json")).await;
        assert_eq!((page.status, page.name()), (StatusCode::FORBIDDEN, "account"), "a click in Entrata is not enough");
        assert_eq!(page.address, format!("{home}/account"));
        assert!(page.shows("Enter your password") && !page.shows("48213,") && !page.shows("data-download"));
        let page = browser.submit("/everything", &[("password", "wrong password")]).await;
        assert_eq!((page.status, page.name()), (StatusCode::UNAUTHORIZED, "account"));
        let page = browser.submit("/everything", &[("password", PASSWORD)]).await;
        assert!(page.name() == "account" && page.shows("everything.json\" data-download"));
        assert_eq!(browser.data_export(&home).await.1["linked_users"][0]["user_id"], "48213");
        app.clock.advance(301);
        assert_eq!(browser.data_export(&home).await.0.status, StatusCode::FORBIDDEN);
        assert_eq!(eve.data_export(&home).await.0.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn forms_of_the_account_that_lack_fields_are_refused_beside_them() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    for action in ["/name", "/email", "/password", "/everything", "/delete"] {
        let page = browser.post(&Form { action: format!("{home}{action}"), fields: Vec::new() }).await;
        assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "account"), "{action}");
    }
}
