//! The operators' address: metrics and readiness. Neither is public.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use latchkey_sandbox::entrata::{Fault, Target, Times};
use tower::ServiceExt;

use crate::{
    server::web,
    tests::{app::TestApp, browser::Browser},
};

impl TestApp {
    /// Requests a path at the operators' address.
    pub async fn admin(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = web::admin(self.app.clone()).oneshot(request).await.unwrap();
        let status = answer.status();
        (status, String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap())
    }

    /// Returns the value of a series in `/metrics`, given with name and labels as printed there.
    pub async fn metric(&self, series: &str) -> f64 {
        let (_, text) = self.admin("/metrics").await;
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {series} in {text}")).parse().unwrap()
    }
}

#[tokio::test]
async fn launches_exchanges_replays_links_sessions_and_upstream_errors_are_counted() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let code = app.code("acme", "48213");
    Browser::new(&app).launch(&code).await;
    Browser::new(&app).launch(&code).await;
    Browser::new(&app).launch("made+up==").await;
    Browser::new(&app).get("/login?referrer=entrata").await;
    app.cookieless("lee@acme.example", "acme", "51877").await;
    Browser::new(&app).launch(&app.code("beech", "48213")).await;
    app.world.set_fault(Target::SignIn, Fault::HtmlBody, Times::Next(1));
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    for (series, count) in [
        ("latchkey_launches_total{outcome=\"linked\"}", 2.0),
        ("latchkey_launches_total{outcome=\"pending\"}", 3.0),
        ("latchkey_launches_total{outcome=\"spent\"}", 1.0),
        ("latchkey_launches_total{outcome=\"refused\"}", 1.0),
        ("latchkey_launches_total{outcome=\"malformed\"}", 1.0),
        ("latchkey_launches_total{outcome=\"unavailable\"}", 1.0),
        ("latchkey_launches_total{outcome=\"no_room\"}", 0.0),
        ("latchkey_codes_replayed_total{source=\"launch\"}", 1.0),
        ("latchkey_exchange_seconds_count{outcome=\"ok\"}", 5.0),
        ("latchkey_upstream_faults_total{call=\"exchange\",kind=\"refused\"}", 1.0),
        ("latchkey_upstream_faults_total{call=\"exchange\",kind=\"not_understood\"}", 1.0),
        ("latchkey_links_changed_total{change=\"linked\"}", 2.0),
        ("latchkey_links", 2.0),
        ("latchkey_sessions{credential=\"cookie\"}", 3.0),
        ("latchkey_sessions{credential=\"bearer\"}", 1.0),
        ("latchkey_pending_visits", 1.0),
    ] {
        assert_eq!(app.metric(series).await, count, "{series}");
    }
    assert!(app.metric("latchkey_database_wait_seconds_count").await > 10.0);
    let (_, text) = app.admin("/metrics").await;
    for word in ["acme", "beech", "48213", "/login", "example"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[tokio::test]
async fn apps_in_one_process_have_separate_metrics() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    Browser::new(&one).launch(&one.code("acme", "48213")).await;
    assert_eq!(one.metric("latchkey_launches_total{outcome=\"pending\"}").await, 1.0);
    assert_eq!(other.metric("latchkey_launches_total{outcome=\"pending\"}").await, 0.0);
}

#[tokio::test]
async fn readiness_reports_database_migrations_and_keys_and_fails_with_each() {
    let app = TestApp::start().await;
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    let (status, text) = app.admin("/readyz").await;
    assert_eq!(status, StatusCode::OK, "{text}");
    let known = app.count("select count(*) from _sqlx_migrations").await;
    for part in [
        r#""ready":true"#.to_owned(),
        r#""database":{"read":true,"write":true}"#.to_owned(),
        format!(r#""migrations":{{"applied":{known},"known":{known},"fit":true}}"#),
        r#""keys":{"missing":[]}"#.to_owned(),
    ] {
        assert!(text.contains(&part), "{part}: {text}");
    }
    app.execute("update identities set token_key = 'gone'").await;
    let (status, text) = app.admin("/readyz").await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE && text.contains(r#""missing":["gone"]"#), "{text}");
    app.execute("update identities set token_key = 'k1'").await;
    app.execute("update _sqlx_migrations set checksum = x'00' where version = 1").await;
    let (status, text) = app.admin("/readyz").await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE && text.contains(r#""fit":false"#), "{text}");
    app.app.core.storage.close().await;
    let (status, text) = app.admin("/readyz").await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE && text.contains(r#"{"read":false,"write":false}"#), "{text}");
    assert!(app.metric("latchkey_links").await.is_nan(), "unknown without the database");
}

#[tokio::test]
async fn the_public_address_has_neither_metrics_nor_readiness() {
    let app = TestApp::start().await;
    for path in ["/metrics", "/readyz"] {
        assert_eq!(Browser::new(&app).get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(app.admin(path).await.0, StatusCode::OK, "{path}");
    }
}
