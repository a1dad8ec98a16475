//! Activation events that somebody makes up, or that come in a burst: the real ones get through, and the operator has the last word.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use latchkey_sandbox::entrata::{Fault, Target, Times};
use tokio::time::{Instant, sleep};

use super::events::{ANSWERS, WebServices, escaped, query, send};
use crate::{server::account::ClientInfo, tests::app::TestApp};

const SUSPEND: &str = "update companies set suspended_at = 1 where subdomain = 'acme'";
const SUSPENDED: &str = "select count(*) from companies where suspended_at is not null";
const WAITING: &str = "select count(*) from events where state = 'waiting' and code is not null";

impl TestApp {
    /// Waits until a query counts so many.
    async fn comes_to(&self, sql: &'static str, rows: i64) {
        let until = Instant::now() + Duration::from_secs(10);
        while self.count(sql).await != rows {
            assert!(Instant::now() < until, "{sql} does not come to {rows}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Uses up what may be asked about a company in this minute.
    async fn exhaust(&self, subdomain: &str) {
        for n in 0..3 {
            let made_up = query(subdomain, "ACTIVATION", &format!("used-{n}")).replace("162925", &format!("x{n}"));
            assert_eq!(send(self, Method::GET, &made_up).await.status, StatusCode::OK);
        }
        self.stand(&["unverified"; 3]).await;
    }

    /// Tells an event about a property, with a good code.
    async fn tell_of(&self, property: usize, kind: &str) -> StatusCode {
        let query = query("acme", kind, &self.code("acme", "48213")).replace("162925", &property.to_string());
        send(self, Method::GET, &query).await.status
    }
}

#[tokio::test]
async fn a_made_up_code_that_still_waits_does_not_keep_the_real_one_out() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.execute(SUSPEND).await;
    app.exhaust("acme").await;
    app.tell("acme", "ACTIVATION", "made+up==").await;
    app.tell("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    assert_eq!(app.count(WAITING).await, 2);
    app.clock.advance(60);
    // The made-up one is asked first, or spared by the proof.
    for _ in 0..400 {
        if app.states().await.last().is_some_and(|state| state == "verified") {
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    let states = app.states().await;
    assert!(states[4] == "verified" && ["unverified", "duplicate"].contains(&states[3].as_str()), "{states:?}");
    assert_eq!(app.suspended().await, 0);
    app.tell("acme", "ACTIVATION", "made+up+again==").await;
    assert_eq!(app.states().await.len(), 5, "what was proven is told again by any code");
}

#[tokio::test]
async fn of_one_event_so_many_codes_wait_and_the_newest_stay() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.execute(SUSPEND).await;
    app.exhaust("acme").await;
    for n in 0..20 {
        app.tell("acme", "ACTIVATION", &format!("made-up-{n}")).await;
    }
    app.tell("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    assert_eq!((app.count(WAITING).await, app.states().await.len()), (8, 3 + 8));
    // Three a minute: the real one's turn comes within the life of its code.
    for _ in 0..4 {
        app.clock.advance(60);
        sleep(Duration::from_millis(1500)).await;
    }
    assert_eq!(app.suspended().await, 0);
}

#[tokio::test]
async fn what_waits_or_is_asked_while_an_operator_lets_a_company_in_does_not_keep_it_out_again() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.exhaust("acme").await;
    app.execute(SUSPEND).await;
    for property in 0..3 {
        assert_eq!(app.tell_of(property, "SUSPENDED").await, StatusCode::OK);
    }
    assert_eq!(app.count(WAITING).await, 3);
    let enable = || app.app.accounts.set_company_enabled("acme", false, ClientInfo::command_line());
    assert!(enable().await.unwrap());
    assert_eq!(app.count("select count(*) from events where code is not null or due_at is not null").await, 0);
    app.clock.advance(60);
    app.world.set_fault(Target::Token, Fault::Slow(Duration::from_millis(500)), Times::Next(1));
    app.execute(SUSPEND).await;
    app.world.suspend_company("acme");
    app.tell("acme", "SUSPENDED", &app.code("acme", "48213")).await;
    app.comes_to("select count(*) from events where state = 'exchanging'", 1).await;
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
        assert_eq!(app.tell_of(property, "SUSPENDED").await, StatusCode::OK);
    }
    app.comes_to(SUSPENDED, 1).await;
    for property in 60..200 {
        assert_eq!(app.tell_of(property, "SUSPENDED").await, StatusCode::OK);
    }
    sleep(Duration::from_millis(300)).await;
    assert_eq!(app.world.exchanges() - exchanges, 1);
    assert_eq!(app.count("select count(*) from events where code is not null or due_at is not null").await, 0);
    assert_eq!(app.tell_of(0, "ACTIVATION").await, StatusCode::OK);
    app.comes_to(SUSPENDED, 0).await;
}

#[tokio::test]
async fn a_burst_does_not_swallow_what_comes_after_the_opposite() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.world.suspend_company("acme");
    app.world.set_fault(Target::Token, Fault::Slow(Duration::from_millis(500)), Times::Next(1));
    for kind in ["SUSPENDED", "ACTIVATION", "SUSPENDED"] {
        assert_eq!(app.tell_of(1, kind).await, StatusCode::OK);
    }
    app.stand(&["verified"; 3]).await;
    assert_eq!(app.suspended().await, 1);
}

#[tokio::test]
async fn a_company_s_number_that_was_proven_of_two_is_believed_of_neither() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.tell("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.stand(&["verified"]).await;
    app.tell("mallory", "ACTIVATION", &app.code("mallory", "666")).await;
    app.stand(&["verified", "verified"]).await;
    assert_eq!(send(&app, Method::GET, "?cid=4711&request_type=SUSPENDED").await.status, StatusCode::OK);
    app.stand(&["verified", "verified", "reported"]).await;
    assert_eq!(app.count("select count(*) from events where subdomain = ''").await, 1);
    app.world.suspend_company("acme");
    let bare = format!("?cid=4711&request_type=SUSPENDED&auth_code={}", escaped(&app.code("acme", "48213")));
    assert_eq!(send(&app, Method::GET, &bare).await.status, StatusCode::OK);
    app.stand(&["verified", "verified", "reported", "verified"]).await;
    assert_eq!(app.count("select count(*) from companies where subdomain = 'acme' and suspended_at > 0").await, 1);
    assert_eq!(app.count("select count(*) from events where subdomain = 'acme' and kind = 'suspended'").await, 1);
}

#[tokio::test]
async fn after_a_refutation_a_company_is_left_alone_unless_a_code_comes() {
    let (services, address) = WebServices::start().await;
    let app = TestApp::with(&[("ENTRATA_API_URL", &address)]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    services.answer(ANSWERS);
    app.tell("acme", "SUSPENDED", "").await;
    app.stand(&["refuted"]).await;
    app.clock.advance(60);
    app.tell("acme", "SUSPENDED", "").await;
    assert_eq!(app.states().await, ["reported"]);
    sleep(Duration::from_millis(300)).await;
    assert_eq!(services.asked().len(), 1);
    app.tell("acme", "SUSPENDED", "made+up==").await;
    app.stand(&["refuted", "refuted"]).await;
    assert_eq!(services.asked().len(), 2, "for both");
    app.tell("acme", "SUSPENDED", "").await;
    app.clock.advance(600);
    app.stand(&["refuted", "refuted"]).await;
    assert_eq!(services.asked().len(), 3);
}

#[tokio::test]
async fn events_that_need_no_work_are_kept_so_many_a_minute_and_hold_up_no_others() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    for n in 0..130 {
        let (kind, company) = [("CHANGE_FEED_TYPE", "acme"), ("ACTIVATION", "acme"), ("SUSPENDED", "nobody")][n % 3];
        let answer = send(&app, Method::GET, &query(company, kind, "").replace("162925", &n.to_string())).await;
        let expected = if n < 120 { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        assert_eq!(answer.status, expected, "{n}");
    }
    assert_eq!(app.states().await.len(), 120);
    app.tell("acme", "SUSPENDED", "").await;
    app.tell("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.clock.advance(60);
    app.tell("acme", "CHANGE_FEED_TYPE", "").await;
}

#[tokio::test]
async fn an_event_of_which_the_outcome_could_not_be_written_is_taken_up_again() {
    let app = TestApp::start().await;
    app.execute(
        "create trigger broken before update on events when new.state = 'verified' begin select raise(abort, 'broken'); end",
    )
    .await;
    app.world.suspend_company("acme");
    app.tell("acme", "SUSPENDED", &app.code("acme", "48213")).await;
    app.stand(&["reported"]).await;
    assert_eq!(app.world.exchanges(), 1, "its code is not sent twice");
}
