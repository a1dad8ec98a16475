//! A user deletes their account: only random IDs in the audit log remain.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form, Page},
};

const CONFIRMATION: [(&str, &str); 2] = [("email", "JANE@acme.example "), ("password", PASSWORD)];

impl Browser {
    async fn delete(&mut self, home: &str, fields: &[(&str, &str)]) -> Page {
        self.post(&Form { action: format!("{home}/delete"), fields: Vec::new() }.with(fields)).await
    }
}

impl TestApp {
    /// Counts the rows of each table, without the audit log and the launch codes.
    async fn rows(&self) -> Vec<i64> {
        let mut rows = Vec::new();
        for sql in [
            "select count(*) from accounts",
            "select count(*) from links",
            "select count(*) from identities",
            "select count(*) from visits",
            "select count(*) from browser_sessions",
            "select count(*) from session_ids",
            "select count(*) from bearers",
            "select count(*) from unconfirmed_links",
            "select count(*) from known_browsers",
            "select count(*) from attempts",
        ] {
            rows.push(self.count(sql).await);
        }
        rows
    }
}

#[tokio::test]
async fn a_deleted_account_leaves_only_pseudonyms_and_its_entrata_user_is_unknown_again() {
    let mut app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("beech", "00d41e77a2")).await;
    let fields = [("name", "Jane Quillfeather"), ("email", "jane@acme.example"), ("password", PASSWORD)];
    browser.submit("/register", &fields).await;
    let home = browser.confirm().await.address;
    // Also signed in directly in a second browser, unconfirmed in a third, and a wrong password in a fourth.
    let mut elsewhere = Browser::new(&app);
    elsewhere.get("/login").await;
    let second_visit = elsewhere.sign_in("jane@acme.example", PASSWORD).await.address;
    let mut unconfirmed = Browser::new(&app);
    unconfirmed.launch(&app.code("acme", "48213")).await;
    let confirm = unconfirmed.sign_in("jane@acme.example", PASSWORD).await;
    let mut stranger = Browser::new(&app);
    stranger.get("/login").await;
    stranger.sign_in("jane@acme.example", "wrong password").await;
    app.clock.advance(301);

    let page = browser.delete(&home, &CONFIRMATION).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "login"));
    assert!(page.shows("Your account and all its data were deleted") && page.address == "/login");
    assert!(browser.cookie.is_none(), "the session had no other visit");
    assert!(!browser.get("/login").await.shows("Your account and all its data were deleted"), "shown once");
    for (browser, address) in [(&mut browser, &home), (&mut elsewhere, &second_visit)] {
        assert_eq!(browser.get(address).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(unconfirmed.post(&confirm.form("/link")).await.status, StatusCode::CONFLICT);
    // The third browser's pending visit remains; it has no account.
    assert_eq!(app.rows().await, [0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
    let blank = "select count(*) from audit where address <> '' or browser <> '' or detail <> ''";
    assert_eq!(app.count(blank).await, 0);
    let events = app.events().await;
    assert!(events.starts_with(&["registered".into(), "signed_in".into(), "linked".into()]), "{events:?}");
    assert_eq!(events.last().unwrap(), "account_deleted");
    assert_eq!(app.count("select count(distinct account_id) from audit").await, 1);
    stranger.get("/login").await;
    assert_eq!(stranger.sign_in("jane@acme.example", PASSWORD).await.status, StatusCode::UNAUTHORIZED);

    // Not even in unused pages of the file.
    app.execute("delete from attempts").await;
    app.restart().await;
    let bytes = app.database_bytes();
    for trace in ["jane@acme.example", "Quillfeather", "00d41e77a2"] {
        assert!(!bytes.windows(trace.len()).any(|w| w == trace.as_bytes()), "{trace} is in the file");
    }
    let mut again = Browser::new(&app);
    assert_eq!(again.launch(&app.code("beech", "00d41e77a2")).await.name(), "login");
    again.submit("/register", &fields).await;
    assert_eq!(again.confirm().await.name(), "home", "and the user may start over");
}

#[tokio::test]
async fn deleting_requires_the_email_and_the_password_in_the_form_itself() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let before = app.rows().await[..6].to_vec();
    for (email, password, status) in [
        ("", PASSWORD, StatusCode::UNPROCESSABLE_ENTITY),
        ("lee@acme.example", PASSWORD, StatusCode::UNPROCESSABLE_ENTITY),
        ("jane@acme.example", "", StatusCode::UNPROCESSABLE_ENTITY),
        ("jane@acme.example", "wrong password", StatusCode::UNAUTHORIZED),
    ] {
        let page = browser.delete(&home, &[("email", email), ("password", password)]).await;
        assert_eq!((page.status, page.name()), (status, "account"), "{email} {password}");
        assert!(
            page.form("/delete").fields.contains(&("email".to_owned(), email.to_owned())),
            "the form keeps the input"
        );
    }
    assert_eq!(app.rows().await[..6], before);
    browser.get(&format!("{home}/account")).await;
    assert!(
        browser.page.form("/delete").fields.iter().any(|(name, _)| name == "password"),
        "even if it was entered just now"
    );
    assert_eq!(browser.submit("/delete", &CONFIRMATION).await.name(), "login");
}

#[tokio::test]
async fn other_accounts_in_the_same_browser_stay_signed_in() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    app.account("lee@acme.example").await;
    browser.launch(&app.code("beech", "48213")).await;
    browser.sign_in("lee@acme.example", PASSWORD).await;
    let lees = browser.confirm().await.address;
    let page = browser.delete(&home, &CONFIRMATION).await;
    assert!(page.shows("Your account and all its data were deleted"));
    assert!(browser.cookie.is_some());
    assert_eq!(browser.get(&lees).await.name(), "home");
    assert_eq!(browser.get("/").await.name(), "home", "the remaining visit");
    assert_eq!(app.rows().await[..3], [1, 1, 1]);
    let lee = "select count(*) from audit where account_id in (select id from accounts) and address <> ''";
    assert!(app.count(lee).await > 0, "the history stays");
}

#[tokio::test]
async fn a_user_without_cookies_deletes_the_account_by_bearer() {
    let app = TestApp::start().await;
    let mut browser = app.cookieless("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let page = browser.delete(&home, &CONFIRMATION).await;
    assert!(page.shows("Your account and all its data were deleted"));
    assert_eq!(browser.get(&home).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.rows().await[..7], [0; 7]);
}

#[tokio::test]
async fn identities_unlinked_before_are_deleted_too_unless_linked_to_another_account() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let home = browser.page.address.clone();
    let acme = app.identity("acme").await;
    browser.unlink(&home, &acme, &[]).await;
    app.account("lee@acme.example").await;
    let mut lee = Browser::new(&app);
    lee.launch(&app.code("acme", "48213")).await;
    lee.sign_in("lee@acme.example", PASSWORD).await;
    assert_eq!(lee.confirm().await.name(), "home");
    browser.launch(&app.code("cedar-test-17402", "1234567890")).await;
    browser.sign_in("jane@acme.example", PASSWORD).await;
    browser.confirm().await;
    let cedar = app.identity("cedar-test-17402").await;
    browser.unlink(&home, &cedar, &[]).await;
    assert!(browser.delete(&home, &CONFIRMATION).await.shows("Your account and all its data were deleted"));
    assert_eq!(app.count("select count(*) from identities").await, 1);
    assert_eq!(lee.get(&lee.page.address.clone()).await.name(), "home");
}

#[tokio::test]
async fn a_disowned_identity_outlives_the_account_and_is_deleted_after_400_days_without_a_launch() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let home = browser.page.address.clone();
    let acme = app.identity("acme").await;
    browser.unlink(&home, &acme, &[("reason", "not-me")]).await;
    assert!(browser.delete(&home, &CONFIRMATION).await.shows("Your account and all its data were deleted"));
    assert_eq!(app.identity("acme").await, acme);
    assert_eq!(app.count("select count(*) from identities").await, 1);

    app.clock.advance(300 * 86_400);
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "login");
    app.clock.advance(399 * 86_400);
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.identity("acme").await, acme, "400 days after the last launch, not after it was disowned");
    app.clock.advance(2 * 86_400);
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.count("select (select count(*) from identities) + (select count(*) from visits)").await, 0);
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "login", "as at the first launch");
}

#[tokio::test]
async fn identities_that_are_linked_just_unlinked_or_being_linked_are_never_swept() {
    let app = TestApp::start().await;
    app.linked_twice().await;
    app.clock.advance(401 * 86_400);
    let acme = app.identity("acme").await;
    let mut browser = Browser::new(&app);
    browser.get("/login").await;
    let home = browser.sign_in("jane@acme.example", PASSWORD).await.address;
    browser.unlink(&home, &acme, &[]).await;
    let mut pending = Browser::new(&app);
    pending.launch(&app.code("cedar-test-17402", "1234567890")).await;
    app.execute("update identities set seen_unlinked_at = 1 where subdomain <> 'acme'").await;
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.count("select count(*) from identities").await, 3);
    assert!(
        browser.get(&format!("{home}/history")).await.shows("acme.entrata.com"),
        "the history names the unlinked one"
    );
}

#[tokio::test]
async fn other_accounts_that_had_the_same_entrata_user_keep_their_visits_and_history() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let (home, acme) = (browser.page.address.clone(), app.identity("acme").await);
    browser.unlink(&home, &acme, &[]).await;
    // Lee links it next, and unlinks it, too.
    let mut lee = app.linked("lee@acme.example", "beech", "00d41e77a2").await;
    lee.launch(&app.code("acme", "48213")).await;
    lee.sign_in("lee@acme.example", PASSWORD).await;
    let lees = lee.confirm().await.address;
    lee.unlink(&lees, &acme, &[]).await;
    assert_eq!(app.count("select count(*) from links").await, 2, "each account has one of beech");
    let mut pending = Browser::new(&app);
    pending.launch(&app.code("acme", "48213")).await;
    let visits = "select count(*) from visits where account_id is null or account_id <>
                  (select id from accounts where email like 'jane%')";
    let before = app.count(visits).await;
    assert!(browser.delete(&home, &CONFIRMATION).await.shows("Your account and all its data were deleted"));
    assert_eq!(app.count("select count(*) from visits").await, before);
    assert_eq!(app.identity("acme").await, acme, "Lee's history names it");
    assert_eq!(pending.sign_in("lee@acme.example", PASSWORD).await.name(), "confirm", "the pending visit goes on");
    assert_eq!(pending.confirm().await.name(), "home");
}

#[tokio::test]
async fn a_pending_visit_of_an_unlinked_identity_survives_the_deletion() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let (home, acme) = (browser.page.address.clone(), app.identity("acme").await);
    browser.unlink(&home, &acme, &[]).await;
    app.account("lee@acme.example").await;
    let mut lee = Browser::new(&app);
    lee.launch(&app.code("acme", "48213")).await;
    assert!(browser.delete(&home, &CONFIRMATION).await.shows("Your account and all its data were deleted"));
    lee.sign_in("lee@acme.example", PASSWORD).await;
    assert_eq!(lee.confirm().await.name(), "home");
    assert_eq!(app.identity("acme").await, acme);
}

#[tokio::test]
async fn a_large_account_is_deleted_completely_or_not_at_all() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    app.execute(
        "insert into identities (id, issuer, subdomain, user_id, properties, token, token_key, first_seen_at,
                                 launched_at)
         with recursive n(n) as (select 1 union all select n + 1 from n where n < 1500)
         select 'identity-' || n, issuer, subdomain, 'many-' || n, '[]', x'', '', 1, 1
         from n, (select * from identities limit 1);
         insert into links select id, (select id from accounts), 1 from identities where user_id like 'many-%';
         insert into browser_sessions (id, created_at, used_at, expires_at)
         select 'session-' || id, 1, 1, 9999999999 from identities where user_id like 'many-%';
         insert into visits (id, session_id, opens_from, by_password, identity_id, account_id, created_at)
         select 'visit-' || id, 'session-' || id, 1, 0, id, (select id from accounts), 1
         from identities where user_id like 'many-%';
         insert into audit (at, what, account_id, identity_id, visit_id, address, browser)
         select 1, 'launched', (select id from accounts), a.id, 'visit-' || a.id, '203.0.113.9', 'Edge'
         from identities a, (select * from identities limit 20);
         create trigger in_the_way before delete on accounts begin select raise(abort, 'not now'); end",
    )
    .await;
    let before = app.rows().await;
    assert_eq!(browser.delete(&home, &CONFIRMATION).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(app.rows().await[..5], before[..5], "all or nothing");
    assert!(app.count("select count(*) from audit where address = '203.0.113.9'").await > 30_000);
    assert_eq!(browser.get(&home).await.name(), "home", "by the cookie of the response");
    app.execute("drop trigger in_the_way").await;
    let started = tokio::time::Instant::now();
    assert!(browser.delete(&home, &CONFIRMATION).await.shows("Your account and all its data were deleted"));
    let took = started.elapsed();
    assert!(took < std::time::Duration::from_secs(4), "the writer is blocked for {took:?}");
    assert_eq!(app.rows().await[..7], [0; 7]);
    assert_eq!(app.count("select count(*) from audit where address <> ''").await, 0);
    assert!(app.count("select count(*) from audit").await > 30_000);
}
