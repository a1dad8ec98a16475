//! Made-up activation events and bursts: real events still get through, and the operator has the last word.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use latchkey_sandbox::entrata::{Fault, Target, Times};
use tokio::time::{Instant, sleep};

use super::events::{NO_RECORDS, WebServices, escaped, query, send};
use crate::{
    server::{audit::ClientInfo, company},
    tests::app::TestApp,
};

const SUSPEND: &str = "update companies set suspended_at = 1 where subdomain = 'acme'";
const SUSPENDED: &str = "select count(*) from companies where suspended_at is not null";
const WAITING: &str = "select count(*) from events where state = 'waiting' and code is not null";

impl TestApp {
    /// Waits until a query counts this many rows.
    async fn wait_for_count(&self, sql: &'static str, rows: i64) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.count(sql).await != rows {
            assert!(Instant::now() < deadline, "{sql} does not become {rows}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Uses up the exchanges that are allowed for a company in this minute.
    async fn exhaust(&self, subdomain: &str) {
        for n in 0..3 {
            let made_up = query(subdomain, "ACTIVATION", &format!("used-{n}")).replace("162925", &format!("x{n}"));
            assert_eq!(send(self, Method::GET, &made_up).await.status, StatusCode::OK);
        }
        self.wait_for_states(&["unverified"; 3]).await;
    }

    /// Sends an event about a property, with a good code.
    async fn send_event_about(&self, property: usize, kind: &str) -> StatusCode {
        let query = query("acme", kind, &self.code("acme", "48213")).replace("162925", &property.to_string());
        send(self, Method::GET, &query).await.status
    }
}

#[tokio::test]
async fn a_waiting_event_with_a_made_up_code_does_not_block_the_real_one() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.execute(SUSPEND).await;
    app.exhaust("acme").await;
    app.send_event("acme", "ACTIVATION", "made+up==").await;
    app.send_event("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    assert_eq!(app.count(WAITING).await, 2);
    app.clock.advance(60);
    // The made-up code is exchanged first, or not at all once the real event is verified.
    for _ in 0..400 {
        if app.states().await.last().is_some_and(|state| state == "verified") {
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    let states = app.states().await;
    assert!(states[4] == "verified" && ["unverified", "duplicate"].contains(&states[3].as_str()), "{states:?}");
    assert_eq!(app.suspended().await, 0);
    app.send_event("acme", "ACTIVATION", "made+up+again==").await;
    assert_eq!(app.states().await.len(), 5, "a verified event is repeated by any code");
}

#[tokio::test]
async fn of_one_event_the_newest_eight_codes_wait() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.execute(SUSPEND).await;
    app.exhaust("acme").await;
    for n in 0..20 {
        app.send_event("acme", "ACTIVATION", &format!("made-up-{n}")).await;
    }
    app.send_event("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    assert_eq!((app.count(WAITING).await, app.states().await.len()), (8, 3 + 8));
    // Three exchanges a minute: the real code is exchanged before it expires.
    for _ in 0..4 {
        app.clock.advance(60);
        sleep(Duration::from_millis(1500)).await;
    }
    assert_eq!(app.suspended().await, 0);
}

#[tokio::test]
async fn events_waiting_or_in_exchange_when_an_operator_enables_a_company_do_not_suspend_it_again() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.exhaust("acme").await;
    app.execute(SUSPEND).await;
    for property in 0..3 {
        assert_eq!(app.send_event_about(property, "SUSPENDED").await, StatusCode::OK);
    }
    assert_eq!(app.count(WAITING).await, 3);
    let enable = || company::enable(&app.app.core, "acme", ClientInfo::command_line());
    assert!(enable().await.unwrap());
    assert_eq!(app.count("select count(*) from events where code is not null or due_at is not null").await, 0);
    app.clock.advance(60);
    app.world.set_fault(Target::Token, Fault::Slow(Duration::from_millis(500)), Times::Next(1));
    app.execute(SUSPEND).await;
    app.world.suspend_company("acme");
    app.send_event("acme", "SUSPENDED", &app.code("acme", "48213")).await;
    app.wait_for_count("select count(*) from events where state = 'exchanging'", 1).await;
    assert!(enable().await.unwrap());
    sleep(Duration::from_millis(1200)).await;
    assert_eq!((app.suspended().await, app.states().await), (0, vec!["unverified".to_owned(); 7]));
}

#[tokio::test]
async fn a_burst_about_many_properties_of_a_company_costs_one_exchange() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let exchanges = app.world.exchanges();
    app.world.suspend_company("acme");
    app.world.set_fault(Target::Token, Fault::Slow(Duration::from_millis(700)), Times::Next(1));
    for property in 0..60 {
        assert_eq!(app.send_event_about(property, "SUSPENDED").await, StatusCode::OK);
    }
    app.wait_for_count(SUSPENDED, 1).await;
    for property in 60..200 {
        assert_eq!(app.send_event_about(property, "SUSPENDED").await, StatusCode::OK);
    }
    sleep(Duration::from_millis(300)).await;
    assert_eq!(app.world.exchanges() - exchanges, 1);
    assert_eq!(app.count("select count(*) from events where code is not null or due_at is not null").await, 0);
    assert_eq!(app.send_event_about(0, "ACTIVATION").await, StatusCode::OK);
    app.wait_for_count(SUSPENDED, 0).await;
}

#[tokio::test]
async fn a_burst_does_not_swallow_an_event_after_the_opposite_one() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.world.suspend_company("acme");
    app.world.set_fault(Target::Token, Fault::Slow(Duration::from_millis(500)), Times::Next(1));
    for kind in ["SUSPENDED", "ACTIVATION", "SUSPENDED"] {
        assert_eq!(app.send_event_about(1, kind).await, StatusCode::OK);
    }
    app.wait_for_states(&["verified"; 3]).await;
    assert_eq!(app.suspended().await, 1);
}

#[tokio::test]
async fn a_company_number_verified_for_two_companies_identifies_neither() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.send_event("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.wait_for_states(&["verified"]).await;
    app.send_event("mallory", "ACTIVATION", &app.code("mallory", "666")).await;
    app.wait_for_states(&["verified", "verified"]).await;
    assert_eq!(send(&app, Method::GET, "?cid=4711&request_type=SUSPENDED").await.status, StatusCode::OK);
    app.wait_for_states(&["verified", "verified", "reported"]).await;
    assert_eq!(app.count("select count(*) from events where subdomain = ''").await, 1);
    app.world.suspend_company("acme");
    let bare = format!("?cid=4711&request_type=SUSPENDED&auth_code={}", escaped(&app.code("acme", "48213")));
    assert_eq!(send(&app, Method::GET, &bare).await.status, StatusCode::OK);
    app.wait_for_states(&["verified", "verified", "reported", "verified"]).await;
    assert_eq!(app.count("select count(*) from companies where subdomain = 'acme' and suspended_at > 0").await, 1);
    assert_eq!(app.count("select count(*) from events where subdomain = 'acme' and kind = 'suspended'").await, 1);
}

#[tokio::test]
async fn after_a_refutation_a_company_is_not_checked_again_unless_an_event_brings_a_code() {
    let (services, address) = WebServices::start().await;
    let app = TestApp::with(&[("ENTRATA_API_URL", &address)]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    services.respond_with(NO_RECORDS);
    app.send_event("acme", "SUSPENDED", "").await;
    app.wait_for_states(&["refuted"]).await;
    app.clock.advance(60);
    app.send_event("acme", "SUSPENDED", "").await;
    assert_eq!(app.states().await, ["reported"]);
    sleep(Duration::from_millis(300)).await;
    assert_eq!(services.calls().len(), 1);
    app.send_event("acme", "SUSPENDED", "made+up==").await;
    app.wait_for_states(&["refuted", "refuted"]).await;
    assert_eq!(services.calls().len(), 2, "for both");
    app.send_event("acme", "SUSPENDED", "").await;
    app.clock.advance(600);
    app.wait_for_states(&["refuted", "refuted"]).await;
    assert_eq!(services.calls().len(), 3);
}

#[tokio::test]
async fn events_that_need_no_processing_are_capped_per_minute_and_delay_no_others() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    for n in 0..130 {
        let (kind, company) = [("CHANGE_FEED_TYPE", "acme"), ("ACTIVATION", "acme"), ("SUSPENDED", "nobody")][n % 3];
        let response = send(&app, Method::GET, &query(company, kind, "").replace("162925", &n.to_string())).await;
        let expected = if n < 120 { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        assert_eq!(response.status, expected, "{n}");
    }
    assert_eq!(app.states().await.len(), 120);
    app.send_event("acme", "SUSPENDED", "").await;
    app.send_event("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.clock.advance(60);
    app.send_event("acme", "CHANGE_FEED_TYPE", "").await;
}

#[tokio::test]
async fn an_event_whose_outcome_could_not_be_stored_is_processed_again() {
    let app = TestApp::start().await;
    app.execute(
        "create trigger broken before update on events when new.state = 'verified'
         begin select raise(abort, 'broken'); end",
    )
    .await;
    app.world.suspend_company("acme");
    app.send_event("acme", "SUSPENDED", &app.code("acme", "48213")).await;
    app.wait_for_states(&["reported"]).await;
    assert_eq!(app.world.exchanges(), 1, "its code is not sent twice");
}
