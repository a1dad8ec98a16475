//! Launches that Entrata refuses are limited for each browser session or address, also many at once, and no good code
//! is turned away for them.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use latchkey_sandbox::entrata::{Fault, Target, Times};

use crate::{
    server::launch::MOST_REFUSED,
    tests::{app::TestApp, browser::Browser},
};

/// The limit, and what is let through beyond it while a flood lasts: see `server/refusals.rs`.
fn at_most_the_limit(exchanges: usize) -> bool {
    let most = usize::try_from(MOST_REFUSED).unwrap();
    (most..=most + 5).contains(&exchanges)
}

/// Launches made-up codes at once; how many answers had each status that may be.
async fn flood(browser: &Browser, name: &str, count: usize) -> (usize, usize) {
    let launches: Vec<_> = (0..count)
        .map(|n| {
            let (mut browser, code) = (browser.clone(), format!("{name}-{n}"));
            tokio::spawn(async move { browser.launch(&code).await })
        })
        .collect();
    let (mut refused, mut told_to_wait) = (0, 0);
    for launch in launches {
        let page = launch.await.unwrap();
        match page.status {
            StatusCode::GONE => refused += 1,
            StatusCode::TOO_MANY_REQUESTS => {
                assert_eq!(page.name(), "unavailable");
                assert!(page.header("retry-after").parse::<u32>().is_ok_and(|s| (1..=61).contains(&s)));
                told_to_wait += 1;
            }
            status => panic!("{status}"),
        }
    }
    (refused, told_to_wait)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_of_a_thousand_bad_codes_at_once_the_limit_reaches_entrata_and_good_ones_get_in_during_and_after() {
    let app = Arc::new(TestApp::patient().await);
    let mut inside = app.linked("jane@acme.example", "acme", "48213").await;
    app.account("marcus@beech.example").await;
    let before = app.world.exchanges();
    let (stranger, flooding) = (Browser::new(&app), app.clone());
    let bad = tokio::spawn(async move {
        let _app = flooding;
        flood(&stranger, "made-up", 1_000).await
    });
    // Who has a session is not concerned by what others at the same address do.
    assert_eq!(inside.launch(&app.code("acme", "48213")).await.name(), "home");
    let (refused, told_to_wait) = bad.await.unwrap();
    assert_eq!(refused + told_to_wait, 1_000);
    assert!(at_most_the_limit(refused), "{refused}");
    assert_eq!(app.world.exchanges() - before, refused + 1, "who was told to wait cost Entrata nothing");
    // A browser that nobody knows, from the same address, in the same minute.
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "home"));
    // And a whole office after it.
    for _ in 0..20 {
        assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t30_with_a_pending_visit_s_cookie_the_limit_holds_too_and_is_that_browser_s_own() {
    let app = TestApp::patient().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut unconfirmed = Browser::new(&app);
    assert_eq!(unconfirmed.launch(&app.code("acme", "51877")).await.name(), "login");
    let before = app.world.exchanges();
    let (refused, told_to_wait) = flood(&unconfirmed, "made-up", 3_000).await;
    assert_eq!(refused + told_to_wait, 3_000);
    assert!(at_most_the_limit(refused), "{refused}");
    assert_eq!(app.world.exchanges() - before, refused);
    let began = tokio::time::Instant::now();
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    assert!(began.elapsed() < Duration::from_secs(1), "others don't even wait");
    assert_eq!(
        unconfirmed.launch(&app.code("acme", "51877")).await.name(),
        "login",
        "its own good code gets in as well"
    );
}

#[tokio::test]
async fn t30_three_hundred_refused_launches_a_minute_are_looked_at_and_429_leaves_the_code_unspent() {
    let app = Arc::new(TestApp::start().await);
    let mut inside = app.linked("jane@acme.example", "acme", "48213").await;
    for _ in 0..20 {
        assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.status, StatusCode::OK);
    }
    for n in 0..MOST_REFUSED {
        let page = Browser::new(&app).launch(&format!("made-up-{n}")).await;
        assert_eq!(page.status, StatusCode::GONE, "{n}");
    }
    assert_eq!(inside.launch(&app.code("acme", "48213")).await.name(), "home", "who was let in before is let in");
    // Beyond the limit one at a time is asked about, and the newest may wait: a slow one in front makes the oldest of
    // 102 give up.
    app.world.set_fault(Target::Token, "slow-2s".parse::<Fault>().unwrap(), Times::Next(1));
    let code = app.code("acme", "48213");
    let launch = |code: String| {
        let mut browser = Browser::new(&app);
        tokio::spawn(async move { browser.launch(&code).await })
    };
    let slow = launch("made-up-slow".into());
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let exchanges = app.world.exchanges();
    let oldest = launch(code.clone());
    tokio::time::sleep(Duration::from_millis(50)).await;
    let newer: Vec<_> = (0..100).map(|n| launch(format!("made-up-too-{n}"))).collect();
    let page = oldest.await.unwrap();
    assert_eq!((page.status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
    assert!(page.header("retry-after").parse::<u32>().is_ok_and(|s| (1..=61).contains(&s)));
    assert_eq!(app.world.exchanges(), exchanges, "nothing was sent");
    newer.iter().for_each(tokio::task::JoinHandle::abort);
    assert_eq!(slow.await.unwrap().status, StatusCode::GONE);
    app.clock.advance(60);
    assert_eq!(Browser::new(&app).launch(&code).await.name(), "home", "the same code, a minute later");
}

#[tokio::test]
async fn t30_what_is_not_the_person_s_fault_counts_for_nothing() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.world.set_fault(Target::Token, "status-502".parse::<Fault>().unwrap(), Times::UntilCleared);
    for n in 0..MOST_REFUSED + 5 {
        let page = Browser::new(&app).launch(&format!("any-{n}")).await;
        assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{n}");
    }
    app.world.clear_faults();
    let began = tokio::time::Instant::now();
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    assert!(began.elapsed() < Duration::from_secs(1), "nobody waits");
}

#[tokio::test]
async fn t30_a_launch_whose_browser_goes_away_counts_all_the_same() {
    let app = TestApp::start().await;
    for n in 0..MOST_REFUSED {
        let (mut browser, before) = (Browser::new(&app), app.world.exchanges());
        let launch = tokio::spawn(async move { browser.launch(&format!("made-up-{n}")).await });
        while app.world.exchanges() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        launch.abort();
    }
    // Beyond the limit a pause of one second comes first, and after one more bad code a pause of two.
    assert_eq!(Browser::new(&app).launch("made-up").await.status, StatusCode::GONE);
    let began = tokio::time::Instant::now();
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "51877")).await.name(), "login");
    assert!(began.elapsed() > Duration::from_secs(1), "the limit was reached: {:?}", began.elapsed());
}
