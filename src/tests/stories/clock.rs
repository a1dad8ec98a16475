//! The system's clock is set back by an hour: no wait or lifetime becomes longer than its limit.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Page},
};

const HOUR: i64 = 3_600;

async fn sign_in(app: &TestApp, password: &str) -> Page {
    let mut browser = Browser::new(app);
    browser.get("/login").await;
    browser.sign_in("jane@acme.example", password).await
}

fn wait(page: &Page) -> i64 {
    page.header("retry-after").parse().unwrap()
}

#[tokio::test]
async fn t37_after_an_hour_back_wrong_passwords_cause_no_longer_waits() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    app.app.sweep.delete_expired().await.unwrap();
    for _ in 0..7 {
        sign_in(&app, "wrong password").await;
        app.clock.advance(30);
    }
    sign_in(&app, "wrong password").await;
    app.clock.set(-HOUR);
    let page = sign_in(&app, PASSWORD).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(wait(&page) <= 120, "{}", wait(&page));
    app.app.sweep.delete_expired().await.unwrap();
    app.clock.advance(120);
    assert_eq!(sign_in(&app, PASSWORD).await.name(), "home");
}

#[tokio::test]
async fn t37_after_an_hour_back_and_a_restart_wrong_passwords_cause_no_longer_waits() {
    let mut app = TestApp::start().await;
    app.account("jane@acme.example").await;
    for _ in 0..5 {
        sign_in(&app, "wrong password").await;
    }
    app.clock.set(-HOUR);
    app.restart().await;
    app.app.sweep.delete_expired().await.unwrap();
    app.clock.advance(30);
    assert_eq!(sign_in(&app, PASSWORD).await.name(), "home");
}

#[tokio::test]
async fn t37_after_an_hour_back_an_address_with_many_wrong_passwords_waits_no_longer_than_a_minute() {
    let app = TestApp::start().await;
    for n in 0..60 {
        let mut browser = Browser::new(&app);
        browser.get("/login").await;
        browser.sign_in(&format!("nobody-{n}@acme.example"), "wrong password").await;
    }
    app.account("jane@acme.example").await;
    app.clock.set(-HOUR);
    let page = sign_in(&app, PASSWORD).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(wait(&page) <= 60, "{}", wait(&page));
    app.clock.advance(60);
    assert_eq!(sign_in(&app, PASSWORD).await.name(), "home");
}

#[tokio::test]
async fn t37_after_an_hour_back_visits_and_verified_passwords_last_no_longer() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut unconfirmed = Browser::new(&app);
    let login = unconfirmed.launch(&app.code("acme", "51877")).await;
    let mut direct = Browser::new(&app);
    direct.get("/login").await;
    let home = direct.sign_in("jane@acme.example", PASSWORD).await;
    app.app.sweep.delete_expired().await.unwrap();
    app.clock.set(-HOUR);
    app.app.sweep.delete_expired().await.unwrap();
    app.clock.advance(9 * 60);
    assert_eq!(unconfirmed.get(&login.address).await.name(), "login", "a pending visit lasts ten minutes");
    let future =
        "select count(*) from visits where password_verified_at > unixepoch() + 600 or used_at > unixepoch() + 600";
    assert_eq!(app.count(future).await, 0);
    app.clock.advance(61);
    assert_eq!(unconfirmed.get(&login.address).await.status, StatusCode::CONFLICT, "a pending visit lasts no longer");
    app.clock.advance(12 * HOUR - 11 * 60);
    assert_eq!(direct.get(&home.address).await.name(), "home");
    app.clock.advance(12 * HOUR);
    assert_eq!(direct.get(&home.address).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn t37_after_an_hour_back_a_waiting_event_is_processed_no_later() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.app.sweep.delete_expired().await.unwrap();
    app.app
        .core
        .storage
        .write(|mut tx| async move {
            sqlx::query(
                "insert into events (id, dedup_key, cid, kind, received_at, address, subdomain, company_name,
                                     property_id, occupancy_type, api_location, state, due_at)
                     values ('e', 'e', '1', 'suspended', unixepoch(), '', 'acme', '', '', '', '', 'reported',
                             unixepoch() + 600)",
            )
            .execute(tx.raw())
            .await
            .map(|_| ())
            .map_err(crate::server::storage::Error::from)
        })
        .await
        .unwrap();
    app.clock.set(-HOUR);
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.count("select count(*) from events where due_at > unixepoch() - 3540").await, 0);
}

#[tokio::test]
async fn t37_after_an_hour_back_and_a_restart_a_claimed_job_is_taken_over() {
    let mut app = TestApp::start().await;
    app.account("jane@acme.example").await;
    app.execute(
        "insert into jobs (kind, key, due_at, claimed_until) values ('none', 'x', unixepoch(), unixepoch() + 15)",
    )
    .await;
    app.app.finish().await;
    app.clock.set(-HOUR);
    app.restart().await;
    app.app.sweep.delete_expired().await.unwrap();
    let waiting = "select count(*) from jobs where kind = 'none' and max(due_at, claimed_until) > unixepoch() - 3540";
    assert_eq!(app.count(waiting).await, 0);
}
