//! How many visits may be open: of one browser session, and of one account.

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
    /// Copies the one open visit until `count` visits are open, the copies older than it: in its own browser session,
    /// or each in a session of its own.
    async fn fill(&self, count: i64, in_sessions_of_their_own: bool) {
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
            if in_sessions_of_their_own {
                sqlx::query(sessions).bind(count - 1).execute(tx.raw()).await?;
            }
            sqlx::query(copy).bind(count - 1).bind(in_sessions_of_their_own).execute(tx.raw()).await?;
            Ok::<_, storage::Error>(())
        });
        copied.await.unwrap();
    }
}

#[tokio::test]
async fn t29_the_oldest_visits_of_a_browser_session_end_so_that_a_hundred_are_open() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let first = browser.page.address.clone();
    let others = app.linked("marcus@beech.example", "beech", "48213").await;
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
    assert_eq!(app.count(ended).await, 1, "the person finds it in the history");
    assert_eq!(browser.get(&newest.address).await.name(), "home");
    // Which of those that began in the same second ended is not told; a later one ends the first for certain.
    app.clock.advance(1);
    for _ in 1..MAX_PER_SESSION {
        browser.launch(&app.code("acme", "48213")).await;
    }
    assert_eq!(browser.get(&first).await.status, StatusCode::CONFLICT, "it was this browser's, and is over");
    assert_eq!(browser.get("/").await.name(), "home");
    let mut others = others;
    let home = others.page.address.clone();
    assert_eq!(others.get(&home).await.name(), "home", "nobody else's ended");
}

#[tokio::test]
async fn t29_a_visit_in_use_stays_however_long_it_is_open_and_an_abandoned_one_ends() {
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
async fn t29_pending_visits_count_and_those_that_ran_out_end_before_linked_ones() {
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
    assert_eq!(browser.get(&home).await.name(), "home", "the five that ran out made room");
}

#[tokio::test]
async fn t29_after_three_thousand_sign_ins_in_one_browser_pages_read_no_more_than_a_hundred_visits() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    app.fill(3_000, false).await;
    assert_eq!(app.count(OPEN).await, 3_000, "as an older version left them");
    let began = tokio::time::Instant::now();
    assert_eq!(browser.get("/").await.name(), "home");
    println!("/ with 3,000 open visits of one browser session: {:?}", began.elapsed());
    // At most 500 of the session's and 500 of the account's end at once, so that nobody waits long for the writer.
    let mut open = 3_000;
    while open > MAX_PER_SESSION {
        assert_eq!(browser.launch(&app.code("acme", "48213")).await.name(), "home");
        let left = app.count(OPEN).await;
        assert!((1..1_000).contains(&(open - left)), "{open} {left}");
        open = left;
    }
    assert_eq!(open, MAX_PER_SESSION);
    let began = tokio::time::Instant::now();
    assert_eq!(browser.get("/").await.name(), "home");
    println!("/ with {MAX_PER_SESSION} of them: {:?}", began.elapsed());
    let unnoted = "select count(*) from visits where ended_at is not null
                   and not exists (select 1 from audit where visit_id = visits.id and what = 'session_ended')";
    assert_eq!(app.count(unnoted).await, 0, "each that ended is in the history");
}

#[tokio::test]
async fn t29_the_oldest_visits_of_an_account_end_so_that_a_thousand_are_open() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    app.fill(MAX_PER_ACCOUNT, true).await;
    assert_eq!((app.count(OPEN).await, app.count("select count(*) from browser_sessions").await), (1_000, 1_000));
    // By a launch, and by a password.
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    let mut direct = Browser::new(&app);
    direct.get("/login").await;
    assert_eq!(direct.sign_in("jane@acme.example", crate::tests::app::PASSWORD).await.name(), "home");
    assert_eq!(app.count(OPEN).await, MAX_PER_ACCOUNT);
    let gone = "select count(*) from visits where ended_at is not null and id not in ('copy-999', 'copy-998')";
    assert_eq!(app.count(gone).await, 0, "the oldest ended");
    assert_eq!(app.count("select count(*) from browser_sessions where id in ('copy-999', 'copy-998')").await, 0);
    let home = browser.page.address.clone();
    assert_eq!(browser.get(&home).await.name(), "home");
}

#[tokio::test]
async fn t29_a_browser_session_keeps_its_newest_ids_and_the_one_in_use() {
    let app = TestApp::start().await;
    let browser = app.linked("jane@acme.example", "acme", "48213").await;
    for _ in 0..MAX_SESSION_IDS + 5 {
        // A browser that keeps no answer's cookie: it always shows the same id.
        assert_eq!(browser.clone().launch(&app.code("acme", "48213")).await.name(), "home");
    }
    assert_eq!(app.count("select count(*) from session_ids").await, MAX_SESSION_IDS + 1);
    assert_eq!(app.count("select count(*) from browser_sessions").await, 1, "the id in use was found each time");
}
