//! Suspensions (threat T35): an event's code says who sent it, not that it is true.

use std::time::Duration;

use axum::http::StatusCode;
use latchkey_sandbox::entrata::Method;
use tokio::time::{Instant, sleep};

use super::events::WebServices;
use crate::{
    server::account::ClientInfo,
    tests::{app::TestApp, browser::Browser},
};

const CLAIMED: &str = "update companies set suspended_at = 1";
const CONFIRMED: &str = "select count(*) from companies where suspended_at > 0 and suspension_confirmed_by = 'service'";
const LIFTED: &str =
    "select count(*) from audit where what = 'suspension_lifted' and detail = 'acme' and address <> ''";
const TROUBLE: &str = r#"{"response":{"error":{"code":500,"message":"trouble"}}}"#;
const NOT_ENABLED: &str = r#"{"response":{"error":{"code":1403,"message":"not enabled"}}}"#;

#[tokio::test]
async fn t35_an_unused_code_in_a_forged_suspension_keeps_nobody_out() {
    let app = TestApp::start().await;
    let mut working = app.linked("jane@acme.example", "acme", "48213").await;
    let home = working.page.address.clone();
    app.tell("acme", "SUSPENDED", &app.code("acme", "51877")).await;
    app.stand(&["refuted"]).await;
    assert_eq!((working.get(&home).await.name(), app.suspended().await), ("home", 0));
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    let asked = app.world.requests().into_iter().filter(|r| r.method == "getProperties").collect::<Vec<_>>();
    assert_eq!(
        asked.iter().map(|r| r.user_id.as_deref()).collect::<Vec<_>>(),
        [Some("51877")],
        "with the code's token"
    );
    // An event that names no company is about the one of its code.
    let bare =
        format!("?cid=1&request_type=SUSPENDED&auth_code={}", super::events::escaped(&app.code("acme", "51877")));
    super::events::send(&app, axum::http::Method::GET, &bare).await;
    app.stand(&["refuted", "refuted"]).await;
    assert_eq!(app.count("select count(*) from events where subdomain = 'acme'").await, 2);
    assert_eq!(app.suspended().await, 0);
}

#[tokio::test]
async fn t35_a_suspension_that_the_web_services_confirm_counts_and_says_by_what_it_was_confirmed() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.world.suspend_company("acme");
    app.tell("acme", "SUSPENDED", &app.code("acme", "51877")).await;
    app.stand(&["verified"]).await;
    assert_eq!(app.count(CONFIRMED).await, 1);
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "a launch does not lift what a web service said");
    app.tell("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.stand(&["verified", "verified"]).await;
    assert_eq!(app.count("select count(*) from companies where suspension_confirmed_by is not null").await, 0);
}

#[tokio::test]
async fn t35_while_the_web_services_do_not_answer_a_suspension_stays_unproven_and_is_checked_again_a_few_times() {
    let (services, address) = WebServices::start().await;
    let app = TestApp::with(&[("ENTRATA_API_URL", &address)]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    services.answer(TROUBLE);
    app.tell("acme", "SUSPENDED", &app.code("acme", "51877")).await;
    for (tries, pause) in [(1, 60), (2, 600), (3, 3600), (4, 3600)] {
        let until = Instant::now() + Duration::from_secs(10);
        while app.count("select max(tries) from events where state = 'reported'").await < tries {
            assert!(Instant::now() < until, "{tries}");
            sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(app.suspended().await, 0);
        app.clock.advance(pause);
    }
    assert_eq!(app.count("select count(*) from events where due_at is not null").await, 0, "then no more");
    services.answer(NOT_ENABLED);
    app.tell("acme", "SUSPENDED", &app.code("acme", "51877")).await;
    app.stand(&["duplicate", "verified"]).await;
    assert_eq!(app.suspended().await, 1);
}

#[tokio::test]
async fn t35_a_launch_that_entrata_accepts_lifts_a_suspension_that_only_an_event_claimed() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.linked("bo@beech.example", "beech", "48213").await;
    app.execute(CLAIMED).await;
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "home"));
    assert_eq!((app.suspended().await, app.count(LIFTED).await), (1, 1), "its own company's only");
    // What the operator disabled stays so, whoever claims what.
    app.execute(CLAIMED).await;
    assert!(app.app.accounts.set_company_enabled("acme", true, ClientInfo::command_line()).await.unwrap());
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.count("select count(*) from companies where disabled_at is not null").await, 1);
    assert_eq!(app.count(LIFTED).await, 1);
    assert_eq!(app.world.calls(Method::GetProperties), 0);
}
