//! Activation events: verified with Entrata before they count, stored durably, and processed slowly enough to do no
//! harm.

use std::{
    future::IntoFuture,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, Uri, header},
};
use latchkey_sandbox::entrata::{Event, Fault, RequestType, Target, Times};
use tokio::{net::TcpListener, time::Instant};
use tower::ServiceExt;

use crate::{
    server::{
        audit::ClientInfo,
        company,
        rng::Rng,
        rotation::rotate,
        storage::{events, sealed},
        vault::{self, KeyRing, Vault},
    },
    tests::{
        app::{PASSWORD, TestApp},
        browser::{Browser, Page},
        logs,
    },
};

/// Sends an event as Entrata's server does: a plain request without browser headers.
pub(super) async fn send(app: &TestApp, method: Method, query: &str) -> Page {
    let request = Request::builder().method(method).uri(format!("/events/entrata{query}"));
    let request = request.header(header::HOST, "localhost:3000").body(Body::empty()).unwrap();
    let response = app.router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
    Page { status, headers, body, ..Page::default() }
}

/// Returns the query of an event about a company with the number 4711.
pub(super) fn query(subdomain: &str, kind: &str, code: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("cid", "4711").append_pair("company_name", "Acme").append_pair("subdomain", subdomain);
    query.append_pair("property_id", "162925").append_pair("request_type", kind).append_pair("referrer", "entrata");
    if !code.is_empty() {
        query.append_pair("auth_code", code);
    }
    format!("?{}", query.finish())
}

impl TestApp {
    /// Sends an event and asserts that it is accepted.
    pub(super) async fn send_event(&self, subdomain: &str, kind: &str, code: &str) {
        let response = send(self, Method::GET, &query(subdomain, kind, code)).await;
        assert_eq!((response.status, response.body.as_str()), (StatusCode::OK, "ok"));
    }

    /// Returns the states of all events, oldest first.
    pub(super) async fn states(&self) -> Vec<String> {
        sqlx::query_scalar("select state from events order by number")
            .fetch_all(self.app.core.storage.reader().pool())
            .await
            .unwrap()
    }

    /// Waits until all events have these states.
    pub(super) async fn wait_for_states(&self, states: &[&str]) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.states().await != states {
            assert!(Instant::now() < deadline, "{:?} do not become {states:?}", self.states().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Counts the suspended companies.
    pub(super) async fn suspended(&self) -> i64 {
        self.count("select count(*) from companies where suspended_at is not null").await
    }
}

/// A stub for the web services of all companies: it gives a fixed response and records the path of each call.
#[derive(Clone, Default)]
pub(super) struct WebServices(Arc<Mutex<(String, Vec<String>)>>);

impl WebServices {
    pub(super) async fn start() -> (Self, String) {
        let this = Self::default();
        let (listener, state) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), this.clone());
        let address = format!("http://{}/{{subdomain}}/api/v1", listener.local_addr().unwrap());
        let handler = move |uri: Uri, headers: HeaderMap| async move {
            assert!(headers.contains_key("authorization"));
            let mut state = state.0.lock().unwrap();
            state.1.push(uri.path().to_owned());
            state.0.clone()
        };
        tokio::spawn(axum::serve(listener, Router::new().fallback(handler)).into_future());
        (this, address)
    }

    /// Sets the body of all further responses.
    pub(super) fn respond_with(&self, body: &str) {
        body.clone_into(&mut self.0.lock().unwrap().0);
    }

    /// Returns the paths of all calls.
    pub(super) fn calls(&self) -> Vec<String> {
        self.0.lock().unwrap().1.clone()
    }
}

const NOT_ENABLED: &str = r#"{"response":{"requestId":"1","code":400,"error":{"code":1403,"message":"not enabled"}}}"#;
pub(super) const NO_RECORDS: &str =
    r#"{"response":{"requestId":"1","code":200,"result":{"success":"No Records Found."}}}"#;
const SERVER_ERROR: &str = r#"{"response":{"error":{"code":500,"message":"trouble"}}}"#;

#[tokio::test]
async fn a_verified_suspension_ends_the_companys_visits_and_the_next_page_says_so() {
    let app = TestApp::start().await;
    let mut working = app.linked("jane@acme.example", "acme", "48213").await;
    let mut cookieless = app.cookieless("lee@acme.example", "acme", "51877").await;
    let mut other = app.linked("bo@beech.example", "beech", "48213").await;
    let mut pending = Browser::new(&app);
    let login = pending.launch(&app.code("acme", "7f3a09c1be")).await;
    app.world.suspend_company("acme");
    app.send_event("acme", "SUSPENDED", &app.code("acme", "48213")).await;
    app.wait_for_states(&["verified"]).await;
    for browser in [&mut working, &mut cookieless, &mut pending] {
        let address = browser.page.address.clone();
        let page = browser.get(&address).await;
        assert_eq!((page.status, page.name()), (StatusCode::FORBIDDEN, "error"));
        assert!(page.shows("Entrata has suspended"), "{}", page.body);
    }
    let fields = [("email", "jane@acme.example"), ("password", PASSWORD)];
    assert_eq!(pending.post(&login.form("/sign-in").with(&fields)).await.status, StatusCode::FORBIDDEN);
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!((page.status, page.name()), (StatusCode::FORBIDDEN, "error"));
    assert!(page.shows("Entrata has suspended"));
    let unknown = Browser::new(&app).launch(&app.code("acme", "7f3a09c1be")).await;
    assert_eq!(unknown.status, StatusCode::FORBIDDEN, "unknown users, too");
    let home = other.page.address.clone();
    assert_eq!(other.get(&home).await.name(), "home", "another company goes on");
    let mut direct = Browser::new(&app);
    direct.get("/login").await;
    let page = direct.sign_in("jane@acme.example", PASSWORD).await;
    assert!(page.name() == "home" && !page.shows("acme.entrata.com"), "nothing of a suspended company is shown");
    let open = "select count(*) from visits v join identities i on i.id = v.identity_id
                where i.subdomain = 'acme' and v.ended_at is null";
    assert_eq!(app.count(open).await, 0);
    let rows = "select count(*) from audit where what = 'company_suspended' and address <> ''
                and (detail = 'acme' or visit_id is not null)";
    assert_eq!(app.count(rows).await, 4, "one for the company, and one for each visit of an account");
}

#[tokio::test]
async fn a_verified_activation_restores_access_and_ended_visits_stay_ended() {
    let app = TestApp::start().await;
    let mut working = app.linked("jane@acme.example", "acme", "48213").await;
    let home = working.page.address.clone();
    app.world.suspend_company("acme");
    app.send_event("acme", "SUSPENDED", &app.code("acme", "48213")).await;
    app.wait_for_states(&["verified"]).await;
    app.send_event("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.wait_for_states(&["verified", "verified"]).await;
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    assert_eq!(working.get(&home).await.status, StatusCode::CONFLICT, "activation does not restore ended visits");
    assert!(app.events().await.contains(&"company_activated".to_owned()));
    // Within the same hour, but no duplicate: the opposite was verified in between.
    app.send_event("acme", "SUSPENDED", &app.code("acme", "48213")).await;
    app.wait_for_states(&["verified"; 3]).await;
    assert_eq!(app.suspended().await, 1);
}

#[tokio::test]
async fn an_operator_can_lift_a_suspension() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.world.suspend_company("acme");
    app.send_event("acme", "SUSPENDED", &app.code("acme", "48213")).await;
    app.wait_for_states(&["verified"]).await;
    let client = ClientInfo::command_line();
    assert!(company::enable(&app.app.core, "acme", client).await.unwrap());
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    assert!(app.events().await.contains(&"company_enabled".to_owned()));
}

#[tokio::test]
async fn a_repeated_event_is_one_row_and_one_exchange_and_gets_the_same_response() {
    let app = TestApp::start().await;
    let code = app.code("acme", "48213");
    for _ in 0..3 {
        app.send_event("acme", "ACTIVATION", &code).await;
    }
    app.wait_for_states(&["verified"]).await;
    app.send_event("acme", "ACTIVATION", &code).await;
    app.send_event("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.send_event("acme", "ACTIVATION", "").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!((app.states().await.len(), app.world.exchanges()), (1, 1));
    app.clock.advance(3600);
    app.send_event("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.wait_for_states(&["verified", "verified"]).await;
    let tables = ["visits", "identities", "links", "companies"];
    for table in tables {
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(app.app.core.storage.reader().pool())
            .await
            .unwrap();
        assert_eq!(rows, 0, "an event creates no {table}");
    }
}

#[tokio::test]
async fn a_made_up_code_suspends_nobody_and_does_not_block_the_real_event() {
    let app = TestApp::start().await;
    let mut working = app.linked("jane@acme.example", "acme", "48213").await;
    app.send_event("acme", "SUSPENDED", "made+up==").await;
    app.wait_for_states(&["refuted"]).await;
    let home = working.page.address.clone();
    assert_eq!((working.get(&home).await.name(), app.suspended().await), ("home", 0));
    app.send_event("acme", "ACTIVATION", "made+up+too==").await;
    app.wait_for_states(&["refuted", "unverified"]).await;
    app.world.suspend_company("acme");
    app.send_event("acme", "SUSPENDED", &app.code("acme", "48213")).await;
    app.wait_for_states(&["refuted", "unverified", "verified"]).await;
    assert_eq!(app.suspended().await, 1);
    app.clock.advance(60);
    app.send_event("acme", "ACTIVATION", "").await;
    app.send_event("acme", "ACTIVATION", "made+up+again==").await;
    app.wait_for_states(&["refuted", "unverified", "verified", "unverified", "unverified"]).await;
    assert_eq!(app.suspended().await, 1, "nor does it activate a company");
}

#[tokio::test]
async fn a_code_of_one_company_proves_nothing_about_another() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.send_event("acme", "SUSPENDED", &app.code("mallory", "666")).await;
    app.wait_for_states(&["refuted"]).await;
    app.send_event("beech", "SUSPENDED", &app.code("acme", "48213")).await;
    app.wait_for_states(&["refuted", "reported"]).await;
    assert_eq!(app.suspended().await, 0, "neither the named company nor the one of the code");
}

#[tokio::test]
async fn an_event_with_only_the_companys_number_is_matched_to_a_verified_one() {
    let app = TestApp::start().await;
    app.send_event("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.wait_for_states(&["verified"]).await;
    app.world.suspend_company("acme");
    let bare = format!("?cid=4711&request_type=SUSPENDED&auth_code={}", escaped(&app.code("acme", "48213")));
    assert_eq!(send(&app, Method::GET, &bare).await.status, StatusCode::OK);
    app.wait_for_states(&["verified", "verified"]).await;
    assert_eq!(app.suspended().await, 1);
    assert_eq!(
        Browser::new(&app).launch(&app.code("acme", "48213")).await.status,
        StatusCode::FORBIDDEN,
        "the first launch"
    );
}

pub(super) fn escaped(code: &str) -> String {
    form_urlencoded::byte_serialize(code.as_bytes()).collect()
}

#[tokio::test]
async fn entratas_own_events_suspend_and_activate_a_company() {
    let app = TestApp::start().await;
    let mut working = app.linked("jane@acme.example", "acme", "48213").await;
    let home = working.page.address.clone();
    let query_of =
        |event: &Event| app.world.event_url(event).split_once('?').map(|(_, query)| format!("?{query}")).unwrap();
    app.world.suspend_company("acme");
    let suspended = Event::new("acme", RequestType::Suspended).for_property(162_925);
    assert_eq!(send(&app, Method::GET, &query_of(&suspended)).await.body, "ok");
    app.wait_for_states(&["verified"]).await;
    assert_eq!(working.get(&home).await.status, StatusCode::FORBIDDEN);
    app.world.activate_company("acme");
    let activated =
        Event::new("acme", RequestType::Activation).for_property(162_925).with_code(app.code("acme", "48213"));
    assert_eq!(send(&app, Method::GET, &query_of(&activated)).await.body, "ok");
    app.wait_for_states(&["verified", "verified"]).await;
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
}

#[tokio::test]
async fn an_unverified_suspension_is_checked_with_the_companys_web_services() {
    let (services, address) = WebServices::start().await;
    let app = TestApp::with(&[("ENTRATA_API_URL", &address)]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    services.respond_with(NO_RECORDS);
    app.send_event("acme", "SUSPENDED", "").await;
    app.wait_for_states(&["refuted"]).await;
    assert_eq!((app.suspended().await, app.world.exchanges()), (0, 1));
    app.clock.advance(3600);
    services.respond_with(NOT_ENABLED);
    app.send_event("acme", "SUSPENDED", "made+up==").await;
    app.wait_for_states(&["refuted", "verified"]).await;
    assert_eq!(app.suspended().await, 1);
    assert_eq!(services.calls(), ["/acme/api/v1/properties"; 2]);
    app.clock.advance(3600);
    app.send_event("acme", "SUSPENDED", "").await;
    app.wait_for_states(&["refuted", "verified", "reported"]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(services.calls().len(), 2, "a suspended company's services are not called");
}

#[tokio::test]
async fn a_suspension_that_cannot_be_checked_stays_reported_and_is_checked_again_a_few_times() {
    let (services, address) = WebServices::start().await;
    let app = TestApp::with(&[("ENTRATA_API_URL", &address)]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    services.respond_with(SERVER_ERROR);
    app.send_event("acme", "SUSPENDED", "").await;
    let due = "select count(*) from events where due_at is not null and tries = 1";
    while app.count(due).await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!((app.states().await, app.suspended().await), (vec!["reported".to_owned()], 0));
    services.respond_with(NOT_ENABLED);
    app.clock.advance(61);
    app.wait_for_states(&["verified"]).await;
    // Nothing to check: no token for the first company, and the second is already suspended.
    app.send_event("beech", "SUSPENDED", "").await;
    app.clock.advance(3600);
    app.send_event("acme", "SUSPENDED", "").await;
    assert_eq!(app.states().await, ["verified", "reported", "reported"]);
    assert_eq!(app.count("select count(*) from events where due_at is not null").await, 0);
}

#[tokio::test]
async fn reports_of_one_company_are_checked_together_and_at_most_four_times() {
    let (services, address) = WebServices::start().await;
    let app = TestApp::with(&[("ENTRATA_API_URL", &address)]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    services.respond_with(SERVER_ERROR);
    for n in 0..3 {
        let query = query("acme", "SUSPENDED", "").replace("162925", &n.to_string());
        assert_eq!(send(&app, Method::GET, &query).await.body, "ok");
    }
    assert_eq!(app.count("select count(*) from events where due_at is not null").await, 1);
    for (tries, pause) in [(1, 60), (2, 600), (3, 3600), (4, 60)] {
        let deadline = Instant::now() + Duration::from_secs(10);
        while app.count("select max(tries) from events").await < tries {
            assert!(Instant::now() < deadline, "{tries}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        app.clock.advance(pause);
    }
    assert_eq!(app.count("select count(*) from events where due_at is not null").await, 0);
    services.respond_with(NO_RECORDS);
    app.send_event("acme", "SUSPENDED", "").await;
    app.wait_for_states(&["refuted"; 4]).await;
}

#[tokio::test]
async fn hosts_named_in_an_event_are_never_contacted() {
    let (evil, address) = WebServices::start().await;
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let host = address.strip_prefix("http://").unwrap().split('/').next().unwrap();
    for (n, subdomain) in [host, "127.0.0.1", "acme.evil.test", "acme@evil.test"].into_iter().enumerate() {
        for code in [String::new(), app.code("acme", "48213")] {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("cid", &format!("{n}"))
                .append_pair("property_id", if code.is_empty() { "1" } else { "2" })
                .append_pair("subdomain", subdomain)
                .append_pair("api_location", &format!("http://{host}/api"))
                .append_pair("request_type", "SUSPENDED")
                .append_pair("auth_code", &code)
                .finish();
            assert_eq!(send(&app, Method::GET, &format!("?{query}")).await.status, StatusCode::OK);
        }
    }
    app.clock.advance(60);
    app.wait_for_states(&["reported"; 8]).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(evil.calls().is_empty());
    assert_eq!(app.suspended().await, 0);
}

#[tokio::test]
async fn t04_an_events_code_is_never_logged_and_stored_sealed_only_until_its_exchange() {
    let app = TestApp::start().await;
    app.world.set_fault(Target::Token, Fault::Slow(Duration::from_millis(400)), Times::Next(1));
    let (code, name) = (app.code("acme", "48213"), "A-canary-company");
    let query = query("acme", "ACTIVATION", &code).replace("company_name=Acme", &format!("company_name={name}"));
    send(&app, Method::GET, &query).await;
    let has_code = |bytes: &[u8]| bytes.windows(code.len()).any(|w| w == code.as_bytes());
    assert_eq!(app.count("select count(*) from events where length(code) > 40 and code_key = 'k1'").await, 1);
    assert!(!has_code(&app.database_bytes()));
    app.wait_for_states(&["verified"]).await;
    assert_eq!(app.count("select count(*) from events where code is null and code_key is null").await, 1);
    let token = app.world.requests().into_iter().rev().find_map(|r| r.token).unwrap();
    assert!(!has_code(&app.database_bytes()) && !logs::text().contains(&token));
    assert!(!logs::text().contains(&code) && !logs::text().contains(&escaped(&code)) && !logs::text().contains(name));
}

#[tokio::test]
async fn t03_a_code_is_exchanged_once_whether_a_launch_or_an_event_uses_it_first() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let exchanges = app.world.exchanges();
    let code = app.code("acme", "48213");
    assert_eq!(Browser::new(&app).launch(&code).await.name(), "home");
    app.send_event("acme", "SUSPENDED", &code).await;
    app.wait_for_states(&["refuted"]).await;
    assert_eq!((app.world.exchanges() - exchanges, app.suspended().await), (1, 0));
    assert_eq!(app.metric("latchkey_codes_replayed_total{source=\"event\"}").await, 1.0);
    let of_visit =
        "select count(*) from audit where what = 'code_replayed' and account_id is not null and visit_id is not null
                    and browser = 'entrata_event'";
    assert_eq!(app.count(of_visit).await, 1, "recorded for the user who launched with the code");
    assert_eq!(app.count("select count(*) from audit where what = 'code_replayed'").await, 1);
    let code = app.code("acme", "48213");
    app.send_event("acme", "ACTIVATION", &code).await;
    app.wait_for_states(&["refuted", "verified"]).await;
    assert_eq!(Browser::new(&app).launch(&code).await.status, StatusCode::GONE);
    assert_eq!(app.world.exchanges() - exchanges, 2);
}

#[tokio::test]
async fn a_bad_query_is_400_in_plain_text_and_stores_nothing() {
    let app = TestApp::start().await;
    for bad in [
        "",
        "?request_type=ACTIVATION",
        "?cid=1&cid=1&request_type=ACTIVATION",
        "?cid=1&request_type=DELETE",
        "?cid=1&request_type=ACTIVATION&auth_code=%00",
        &format!("?cid=1&request_type=ACTIVATION&subdomain={}", "x".repeat(300)),
    ] {
        let response = send(&app, Method::GET, bad).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{bad}");
        assert!(response.header("content-type").starts_with("text/plain") && !response.body.contains('<'), "{bad}");
    }
    assert!(app.states().await.is_empty());
}

#[tokio::test]
async fn head_and_posts_do_nothing() {
    let app = TestApp::start().await;
    let query = query("acme", "SUSPENDED", &app.code("acme", "48213"));
    assert_eq!(send(&app, Method::HEAD, &query).await.status, StatusCode::OK);
    assert_eq!(send(&app, Method::POST, &query).await.status, StatusCode::METHOD_NOT_ALLOWED);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(app.states().await.is_empty() && app.world.exchanges() == 0);
}

#[tokio::test]
async fn a_feed_change_is_only_logged() {
    let app = TestApp::start().await;
    let code = app.code("acme", "48213");
    app.send_event("acme", "CHANGE_FEED_TYPE", &code).await;
    app.send_event("acme", "CHANGE_FEED_TYPE", &code).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!((app.states().await, app.world.exchanges()), (vec!["logged".to_owned()], 0));
    assert_eq!(app.count("select count(*) from events where code is not null").await, 0);
}

#[tokio::test]
async fn events_are_answered_at_once_even_if_entrata_stalls() {
    let app = TestApp::start().await;
    app.world.set_fault(Target::SignIn, Fault::Slow(Duration::from_secs(20)), Times::UntilCleared);
    for n in 0..5 {
        let query = query("acme", "SUSPENDED", &app.code("acme", "48213")).replace("162925", &n.to_string());
        let started = Instant::now();
        assert_eq!(send(&app, Method::GET, &query).await.body, "ok");
        assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn accepted_events_are_processed_after_a_restart() {
    let mut app = TestApp::with(&[("ENTRATA_OAUTH_URL", "http://127.0.0.1:9/api/oauth")]).await;
    app.send_event("acme", "SUSPENDED", "made+up==").await;
    while app.count("select count(*) from events where state = 'waiting' and tries = 1").await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(app.count("select count(*) from launch_codes").await, 0, "a code that was not sent is released");
    app.restart().await;
    assert_eq!(app.states().await, ["waiting"]);
    for pause in [5, 20, 60, 180] {
        assert_eq!(app.states().await, ["waiting"]);
        let tries = app.count("select tries from events").await;
        app.clock.advance(pause);
        let deadline = Instant::now() + Duration::from_secs(10);
        let not_exchanging = "select count(*) from events where state <> 'exchanging'";
        while app.count("select tries from events").await == tries || app.count(not_exchanging).await == 0 {
            assert!(Instant::now() < deadline);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    app.wait_for_states(&["reported"]).await;
    assert_eq!(app.count("select count(*) from events where code is not null").await, 0);
}

#[tokio::test]
async fn a_code_that_may_have_been_sent_before_a_restart_is_not_sent_again() {
    let mut app = TestApp::start().await;
    app.world.set_fault(Target::SignIn, Fault::Slow(Duration::from_secs(20)), Times::UntilCleared);
    let code = app.code("acme", "48213");
    app.send_event("acme", "ACTIVATION", &code).await;
    app.wait_for_states(&["exchanging"]).await;
    app.restart().await;
    app.wait_for_states(&["unverified"]).await;
    app.execute("update events set state = 'exchanging', due_at = 1").await;
    app.restart().await;
    app.wait_for_states(&["unverified"]).await;
    assert_eq!(app.world.exchanges(), 1);
}

#[tokio::test]
async fn a_flood_of_events_is_capped_exchanged_slowly_and_does_not_block_launches() {
    let app = TestApp::with(&[("TRUSTED_PROXIES", "203.0.113.0/24")]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let exchanges = app.world.exchanges();
    let flood = |n: usize| {
        let router = app.router.clone();
        async move {
            let address = format!("198.51.{}.{}", n / 250, n % 250);
            let uri = format!("/events/entrata?cid={n}&subdomain=made-up-{n}&request_type=SUSPENDED&auth_code=x{n}");
            let request = Request::get(uri).header("x-forwarded-for", address).body(Body::empty()).unwrap();
            router.oneshot(request).await.unwrap()
        }
    };
    let mut full = 0;
    for batch in (0..1100).collect::<Vec<_>>().chunks(50) {
        for response in futures_util::future::join_all(batch.iter().map(|n| flood(*n))).await {
            match response.status() {
                StatusCode::OK => {}
                status => {
                    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
                    assert_eq!(response.headers()[header::RETRY_AFTER], "60");
                    full += 1;
                }
            }
        }
    }
    assert!((50..=100).contains(&full), "{full}");
    let started = Instant::now();
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    assert!(started.elapsed() < Duration::from_secs(2));
    assert!(app.world.exchanges() - exchanges <= 20 + 1, "at most 20 exchanges a minute");
    // Events that have waited too long expire and make room.
    app.clock.advance(601);
    let deadline = Instant::now() + Duration::from_secs(60);
    while app.count("select count(*) from events where state = 'waiting'").await > 0 {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(app.world.exchanges() - exchanges <= 40 + 1, "codes of expired events are not sent");
}

#[tokio::test]
async fn a_flood_about_one_company_causes_few_exchanges_a_minute() {
    let app = TestApp::start().await;
    let exchanges = app.world.exchanges();
    for n in 0..12 {
        let query = query("acme", "SUSPENDED", &format!("x{n}")).replace("162925", &n.to_string());
        assert_eq!(send(&app, Method::GET, &query.replace("4711", &n.to_string())).await.status, StatusCode::OK);
    }
    app.world.suspend_company("beech");
    app.send_event("beech", "SUSPENDED", &app.code("beech", "48213")).await;
    while app.suspended().await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(app.world.exchanges() - exchanges, 3 + 1, "and no other company waits for it");
}

#[tokio::test]
async fn one_address_may_send_300_events_a_minute() {
    let app = TestApp::start().await;
    let mut refused = None;
    for _ in 0..=300 {
        let response = send(&app, Method::GET, &query("acme", "ACTIVATION", "made+up==")).await;
        if response.status != StatusCode::OK {
            refused = Some(response);
        }
    }
    let refused = refused.expect("the last one is over the limit");
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.header("retry-after").parse::<i64>().is_ok_and(|seconds| (1..=60).contains(&seconds)));
    assert_eq!(app.metric("latchkey_events_total{outcome=\"too_many\"}").await, 1.0);
    let other = query("beech", "ACTIVATION", &app.code("beech", "48213")).replace("4711", "4712");
    assert_eq!(send(&app, Method::GET, &other).await.status, StatusCode::OK, "no company waits for another's burst");
}

#[tokio::test]
async fn t13_codes_of_waiting_events_are_resealed_with_a_new_key() {
    let old = vault::generate("old", &Rng);
    let settings = [("ENCRYPTION_KEYS", old.as_str()), ("ENTRATA_OAUTH_URL", "http://127.0.0.1:9/api/oauth")];
    let app = TestApp::with(&settings).await;
    app.send_event("acme", "ACTIVATION", "made+up==").await;
    while app.count("select count(*) from events where state = 'waiting' and tries = 1").await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let both = format!("{},{old}", vault::generate("new", &Rng));
    let vault = Vault::new(KeyRing::parse(&both).unwrap(), Rng);
    let rotated = rotate(&app.app.core.storage, &vault, &app.clock, |_| {}).await.unwrap();
    assert_eq!((rotated.resealed, rotated.left), (1, 0));
    assert_eq!(sealed::keys_in_use(app.app.core.storage.reader()).await.unwrap(), ["new"]);
}

#[tokio::test]
async fn events_are_deleted_after_their_retention_and_verified_ones_last() {
    let app = TestApp::start().await;
    app.send_event("acme", "ACTIVATION", &app.code("acme", "48213")).await;
    app.wait_for_states(&["verified"]).await;
    app.send_event("acme", "CHANGE_FEED_TYPE", "").await;
    app.clock.advance(8 * 24 * 60 * 60);
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.states().await, ["verified"]);
    app.clock.advance(400 * 24 * 60 * 60);
    app.app.sweep.delete_expired().await.unwrap();
    assert!(app.states().await.is_empty());
    for n in 0..5 {
        app.send_event(&format!("c{n}"), "CHANGE_FEED_TYPE", "").await;
        app.clock.advance(3600);
    }
    let remaining =
        app.app.core.storage.write(|mut tx| async move { events::sweep_unverified(&mut tx, 0, 2, 100).await });
    assert_eq!(remaining.await.unwrap(), 3, "the newest stay");
}
