//! How many visits a browser session and an account may have open.

use axum::http::StatusCode;

use crate::{
    server::{
        storage,
        visit::{MAX_PER_ACCOUNT, MAX_PER_SESSION, MAX_SESSION_IDS},
    },
    tests::{app::TestApp, browser::Browser},
};

const OPEN: &str = "select count(*) from visits where ended_at is null";

impl TestApp {
    /// Copies the one open visit until `count` visits are open. The copies are older than the original, and are in its
    /// browser session or each in a new session.
    async fn fill(&self, count: i64, in_new_sessions: bool) {
        let copy = "with recursive n (n) as (select 1 union all select n + 1 from n where n < $1)
             insert into visits (id, session_id, opens_from, by_password, identity_id, account_id, created_at, used_at,
                                 browser)
             select 'copy-' || n, case when $2 then 'copy-' || n else session_id end, opens_from, by_password,
                    identity_id, account_id, created_at - n, used_at, browser
             from n join visits on ended_at is null";
        let sessions = "with recursive n (n) as (select 1 union all select n + 1 from n where n < $1)
             insert into browser_sessions (id, created_at, used_at, expires_at)
             select 'copy-' || n, created_at, used_at, expires_at from n join browser_sessions";
        let copied = self.app.core.storage.write(move |mut tx| async move {
            if in_new_sessions {
                sqlx::query(sessions).bind(count - 1).execute(tx.raw()).await?;
            }
            sqlx::query(copy).bind(count - 1).bind(in_new_sessions).execute(tx.raw()).await?;
            Ok::<_, storage::Error>(())
        });
        copied.await.unwrap();
    }
}

#[tokio::test]
async fn t29_a_browser_session_has_at_most_a_hundred_open_visits_and_the_oldest_end() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let first = browser.page.address.clone();
    let other_browser = app.linked("marcus@beech.example", "beech", "48213").await;
    for _ in 1..MAX_PER_SESSION {
        assert_eq!(browser.launch(&app.code("acme", "48213")).await.name(), "home");
    }
    assert_eq!(app.count(OPEN).await, MAX_PER_SESSION + 1);
    assert_eq!(browser.get(&first).await.name(), "home", "a hundred may be open");
    app.clock.advance(1);
    let newest = browser.launch(&app.code("acme", "48213")).await;
    assert_eq!(newest.name(), "home");
    assert_eq!(app.count(OPEN).await, MAX_PER_SESSION + 1);
    let ended = "select count(*) from audit join visits on visits.id = visit_id and ended_at is not null
                 where what = 'session_ended'";
    assert_eq!(app.count(ended).await, 1, "the user sees it in the history");
    assert_eq!(browser.get(&newest.address).await.name(), "home");
    // Any of the visits that started in the same second may have ended. Later launches are certain to end the first.
    app.clock.advance(1);
    for _ in 1..MAX_PER_SESSION {
        browser.launch(&app.code("acme", "48213")).await;
    }
    assert_eq!(browser.get(&first).await.status, StatusCode::CONFLICT, "it was this browser's and has ended");
    assert_eq!(browser.get("/").await.name(), "home");
    let mut other_browser = other_browser;
    let home = other_browser.page.address.clone();
    assert_eq!(other_browser.get(&home).await.name(), "home", "visits of other browsers go on");
}

#[tokio::test]
async fn t29_a_visit_in_use_stays_open_and_an_abandoned_one_ends() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let in_use = browser.page.address.clone();
    app.clock.advance(60);
    let abandoned = browser.launch(&app.code("acme", "48213")).await.address.clone();
    app.clock.advance(60);
    for _ in 2..MAX_PER_SESSION {
        browser.launch(&app.code("acme", "48213")).await;
    }
    app.clock.advance(60);
    assert_eq!(browser.get(&in_use).await.name(), "home");
    assert_eq!(browser.launch(&app.code("acme", "48213")).await.name(), "home");
    assert_eq!(browser.get(&abandoned).await.status, StatusCode::CONFLICT);
    assert_eq!(browser.get(&in_use).await.name(), "home");
}

#[tokio::test]
async fn t29_pending_visits_count_and_expired_ones_end_before_linked_ones() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    for _ in 0..5 {
        assert_eq!(browser.launch(&app.code("acme", "51877")).await.name(), "login");
    }
    app.clock.advance(601);
    for _ in 0..MAX_PER_SESSION - 1 {
        browser.launch(&app.code("acme", "48213")).await;
    }
    assert_eq!(app.count(OPEN).await, MAX_PER_SESSION);
    assert_eq!(browser.get(&home).await.name(), "home", "the five expired visits made room");
}

#[tokio::test]
async fn t29_after_three_thousand_sign_ins_in_one_browser_pages_read_no_more_than_a_hundred_visits() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    app.fill(3_000, false).await;
    assert_eq!(app.count(OPEN).await, 3_000, "as an older version may leave them");
    let started = tokio::time::Instant::now();
    assert_eq!(browser.get("/").await.name(), "home");
    println!("/ with 3,000 open visits of one browser session: {:?}", started.elapsed());
    // At most 500 visits of the session and 500 of the account end at once: no request waits long for the writer.
    let mut open = 3_000;
    while open > MAX_PER_SESSION {
        assert_eq!(browser.launch(&app.code("acme", "48213")).await.name(), "home");
        let left = app.count(OPEN).await;
        assert!((1..1_000).contains(&(open - left)), "{open} {left}");
        open = left;
    }
    assert_eq!(open, MAX_PER_SESSION);
    let started = tokio::time::Instant::now();
    assert_eq!(browser.get("/").await.name(), "home");
    println!("/ with {MAX_PER_SESSION} of them: {:?}", started.elapsed());
    let unrecorded = "select count(*) from visits where ended_at is not null
                   and not exists (select 1 from audit where visit_id = visits.id and what = 'session_ended')";
    assert_eq!(app.count(unrecorded).await, 0, "each ended visit is in the history");
}

#[tokio::test]
async fn t29_an_account_has_at_most_a_thousand_open_visits_and_the_oldest_end() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    app.fill(MAX_PER_ACCOUNT, true).await;
    assert_eq!((app.count(OPEN).await, app.count("select count(*) from browser_sessions").await), (1_000, 1_000));
    // Once by a launch and once by a password.
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    let mut direct = Browser::new(&app);
    direct.get("/login").await;
    assert_eq!(direct.sign_in("jane@acme.example", crate::tests::app::PASSWORD).await.name(), "home");
    assert_eq!(app.count(OPEN).await, MAX_PER_ACCOUNT);
    let ended_others = "select count(*) from visits where ended_at is not null and id not in ('copy-999', 'copy-998')";
    assert_eq!(app.count(ended_others).await, 0, "the oldest ended");
    assert_eq!(app.count("select count(*) from browser_sessions where id in ('copy-999', 'copy-998')").await, 0);
    let home = browser.page.address.clone();
    assert_eq!(browser.get(&home).await.name(), "home");
}

#[tokio::test]
async fn t29_a_browser_session_keeps_its_newest_ids_and_the_one_in_use() {
    let app = TestApp::start().await;
    let browser = app.linked("jane@acme.example", "acme", "48213").await;
    for _ in 0..MAX_SESSION_IDS + 5 {
        // This browser stores no new cookies: it always sends the same ID.
        assert_eq!(browser.clone().launch(&app.code("acme", "48213")).await.name(), "home");
    }
    assert_eq!(app.count("select count(*) from session_ids").await, MAX_SESSION_IDS + 1);
    assert_eq!(app.count("select count(*) from browser_sessions").await, 1, "the id in use was found each time");
}
