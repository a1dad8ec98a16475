//! The audit log: one row for each change of access, with time, account, address and event. Users see their own rows.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::Browser,
};

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36";

impl TestApp {
    /// Returns the names of all events, oldest first.
    pub async fn events(&self) -> Vec<String> {
        sqlx::query_scalar("select what from audit order by number")
            .fetch_all(self.app.core.storage.reader().pool())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn every_change_of_access_is_one_row() {
    let app = TestApp::start().await;
    let mut browser = Browser { headers: vec![("user-agent", WINDOWS)], ..Browser::new(&app) };
    browser.launch(&app.code("acme", "48213")).await;
    let fields = [("name", "Jane"), ("email", "jane@acme.example"), ("password", PASSWORD)];
    browser.submit("/register", &fields).await;
    browser.submit("/decline", &[]).await;
    browser.sign_in("jane@acme.example", "wrong password").await;
    browser.sign_in("jane@acme.example", PASSWORD).await;
    let home = browser.confirm().await;
    let code = app.code("acme", "48213");
    let mut second = Browser::new(&app);
    second.launch(&code).await;
    assert_eq!(Browser::new(&app).launch(&code).await.status, StatusCode::GONE);
    assert_eq!(Browser::new(&app).launch(&code).await.status, StatusCode::GONE, "recorded once an hour");
    second.submit("/sign-out", &[]).await;
    browser.submit_at(&format!("{}/sign-out-everywhere", home.address)).await;
    let expected = [
        "registered",
        "signed_in",
        "declined",
        "failed",
        "signed_in",
        "linked",
        "launched",
        "code_replayed",
        "session_ended",
        "session_ended",
    ];
    assert_eq!(app.events().await, expected);
    let rows = "select count(*) from audit where account_id is not null and address = '203.0.113.7' and at > 0";
    assert_eq!(app.count(rows).await, 10);
    assert_eq!(app.count("select count(*) from audit where browser = 'Chrome on Windows'").await, 7);
    let of_visit = "select count(*) from audit where identity_id is not null and visit_id is not null";
    assert_eq!(app.count(of_visit).await, 8);
}

#[tokio::test]
async fn a_refused_change_leaves_no_row() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let before = app.events().await;
    let form = crate::tests::browser::Form { action: format!("{}/link", browser.page.address), fields: vec![] };
    browser.post(&form.with(&[("ticket", "x")])).await;
    let home = browser.page.address.clone();
    browser.submit_at(&format!("{home}/decline")).await;
    let form = crate::tests::browser::Form { action: format!("{home}/unlink"), fields: vec![] };
    browser.post(&form.with(&[("identity", "x")])).await;
    Browser::new(&app).launch("never-minted").await;
    Browser::new(&app).launch(&app.code("acme", "51877")).await;
    assert_eq!(app.events().await, before);
}

#[tokio::test]
async fn a_replayed_code_without_a_visit_is_one_row_an_hour_per_address_and_sixty_in_all() {
    let app = TestApp::with(&[("TRUSTED_PROXIES", "203.0.113.0/24")]).await;
    let replays = "select count(*) from audit where what = 'code_replayed' and account_id is null and visit_id is null";
    let code = app.code("acme", "48213");
    app.send_event("acme", "ACTIVATION", &code).await;
    app.wait_for_states(&["verified"]).await;
    assert_eq!(Browser::new(&app).launch(&code).await.status, StatusCode::GONE);
    assert_eq!(app.count(replays).await, 1, "an event had used the code");
    assert_eq!(Browser::new(&app).launch(&code).await.status, StatusCode::GONE);
    for _ in 0..2 {
        assert_eq!(Browser::new(&app).launch("never-minted").await.status, StatusCode::GONE);
    }
    assert_eq!(app.count(replays).await, 1, "once an hour");
    app.clock.advance(3_601);
    Browser::new(&app).launch("never-minted").await;
    assert_eq!(app.count(replays).await, 2, "Entrata had refused the code");
    app.clock.advance(3_601);
    for n in 0..80_u8 {
        let from: &'static str = Box::leak(format!("198.51.100.{n}").into_boxed_str());
        let mut browser = Browser { headers: vec![("x-forwarded-for", from)], ..Browser::new(&app) };
        browser.launch("never-minted").await;
    }
    assert_eq!(app.count(replays).await, 62, "with any number of addresses");
    app.clock.advance(7 * 86_400 + 1);
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.count(replays).await, 0, "kept for a week");
}

#[tokio::test]
async fn an_audit_row_is_never_changed_except_to_blank_it() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let change = |sql: &'static str| {
        app.app.core.storage.write(move |mut tx| async move {
            sqlx::query(sql).execute(tx.raw()).await.map(|_| ()).map_err(crate::server::storage::Error::from)
        })
    };
    for sql in [
        "update audit set what = 'failed'",
        "update audit set address = '198.51.100.1'",
        "update audit set address = '', browser = 'Safari'",
        "update audit set address = '', browser = '', detail = 'x'",
        "update audit set address = '', browser = '', detail = '', at = 1",
        "update audit set address = '', browser = '', detail = '', account_id = null",
        "update audit set address = '', browser = '', detail = '', visit_id = 'x'",
    ] {
        let result: Result<(), crate::server::storage::Error> = change(sql).await;
        assert!(result.is_err_and(|e| e.to_string().contains("never changed")), "{sql}");
    }
    change("update audit set address = '', browser = '', detail = ''").await.unwrap();
}

#[tokio::test]
async fn users_see_their_own_history_and_download_it_as_csv_and_json() {
    let app = TestApp::start().await;
    app.world.rename_company("acme", "=HYPERLINK(\"http://evil.test\")");
    let mut jane = app.linked("jane@acme.example", "acme", "48213").await;
    let mut eve = app.linked("eve@evil.example", "beech", "48213").await;
    let home = jane.page.address.clone();
    let page = jane.get(&format!("{home}/history")).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "history"));
    assert!(page.shows("Entrata user linked") && page.shows("203.0.113.7") && page.shows("…8213"));
    assert!(!page.shows("Beech") && !page.shows("eve@"), "only the account's own");
    let csv = jane.get(&format!("{home}/history.csv")).await;
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"history.csv\"");
    assert!(csv.shows(",linked,\"'=HYPERLINK("), "no cell is a formula: {}", csv.body);
    assert!(!csv.shows(",\"=") && !csv.shows(",=") && !csv.shows("beech"));
    let json = jane.get(&format!("{home}/history.json")).await;
    let events: Vec<serde_json::Value> = serde_json::from_str(&json.body).unwrap();
    let own = "select count(*) from audit where account_id in (select id from accounts where email like 'jane%')";
    assert_eq!(i64::try_from(events.len()), Ok(app.count(own).await));
    assert_eq!(events[0]["event"], "linked");
    assert_eq!(events[0]["user_id"], "…8213");
    assert_eq!(json.header("content-disposition"), "attachment; filename=\"history.json\"");
    assert_eq!(eve.get(&format!("{home}/history")).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_long_history_is_paged_and_deleted_after_400_days() {
    let app = TestApp::start().await;
    let mut jane = app.linked("jane@acme.example", "acme", "48213").await;
    let home = jane.page.address.clone();
    for _ in 0..60 {
        Browser::new(&app).launch(&app.code("acme", "48213")).await;
    }
    let page = jane.get(&format!("{home}/history")).await;
    assert_eq!(page.body.matches("Opened from Entrata").count(), 50);
    let earlier = page.body.split("/history?before=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = jane.get(&format!("{home}/history?before={earlier}")).await;
    assert_eq!(page.body.matches("Opened from Entrata").count(), 10);
    assert!(page.shows("Entrata user linked") && !page.shows("before="));
    for query in ["before=", "before=x", "before=-1", "before=99999999999999999999"] {
        assert_eq!(jane.get(&format!("{home}/history?{query}")).await.status, StatusCode::OK, "{query}");
    }
    app.clock.advance(400 * 86_400 + 1);
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.count("select count(*) from audit").await, 0);
}

#[tokio::test]
async fn t36_the_address_that_the_nearest_proxy_saw_is_recorded_whatever_the_client_sends() {
    let app = TestApp::with(&[("TRUSTED_PROXIES", "203.0.113.0/24")]).await;
    app.account("jane@acme.example").await;
    for (forwarded, expected) in [
        ("\u{ff}\u{fe}, 198.51.100.1", "198.51.100.1"),
        ("6.6.6.6, 198.51.100.2:4711", "198.51.100.2"),
        ("[2001:db8:1:2::7]:4711, 203.0.113.9:443", "2001:db8:1:2::/64"),
        ("198.51.100.4, nonsense, 203.0.113.9", "203.0.113.9"),
    ] {
        let mut browser = Browser { headers: vec![("x-forwarded-for", forwarded)], ..Browser::new(&app) };
        browser.get("/login").await;
        browser.sign_in("jane@acme.example", PASSWORD).await;
        let newest = "select address from audit where what = 'signed_in' order by number desc limit 1";
        let address: String = sqlx::query_scalar(newest).fetch_one(app.app.core.storage.reader().pool()).await.unwrap();
        assert_eq!(address, expected, "{forwarded}");
    }
}
