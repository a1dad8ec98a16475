//! How often one may try: for each e-mail, each address, and on all hashing.

use std::sync::Arc;

use axum::http::StatusCode;

use crate::{
    server::audit::ClientInfo,
    tests::{
        app::{PASSWORD, TestApp},
        browser::{Browser, Page},
    },
};

/// Whether somebody is told to wait so many seconds; some may have passed.
fn about(page: &Page, seconds: i64) -> bool {
    page.header("retry-after").parse::<i64>().is_ok_and(|said| (seconds - 10..=seconds).contains(&said))
}

async fn try_in(app: &TestApp, email: &str, password: &str, headers: &[(&'static str, &'static str)]) -> Page {
    let mut browser = Browser { headers: headers.to_vec(), ..Browser::new(app) };
    browser.get("/login").await;
    browser.sign_in(email, password).await
}

#[tokio::test]
async fn t16_of_two_hundred_wrong_passwords_at_once_five_are_checked() {
    let app = Arc::new(TestApp::with(&[("TRUSTED_PROXIES", "203.0.113.0/24")]).await);
    app.account("jane@acme.example").await;
    // From many addresses, so that none of them is what makes it wait.
    let tasks: Vec<_> = (0..200)
        .map(|n: u32| {
            let app = app.clone();
            let address: &'static str = Box::leak(format!("198.51.100.{}", n / 2).into_boxed_str());
            let email = if n.is_multiple_of(2) { "jane@acme.example" } else { " JANE@acme.Example " };
            tokio::spawn(async move { try_in(&app, email, "wrong password", &[("x-forwarded-for", address)]).await })
        })
        .collect();
    let mut checked = 0;
    for task in tasks {
        let page = task.await.unwrap();
        match page.status {
            StatusCode::UNAUTHORIZED => checked += 1,
            status => {
                assert_eq!((status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
                assert!(about(&page, 30) && page.shows("Try again in ") && page.shows(" seconds."));
            }
        }
    }
    assert_eq!(checked, 5);
    assert_eq!(app.count("select count(*) from audit where what = 'failed' and account_id is not null").await, 5);
}

#[tokio::test]
async fn t16_the_lock_is_soft_it_grows_and_the_right_password_opens_it() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let wrong = || try_in(&app, "jane@acme.example", "wrong password", &[]);
    for _ in 0..5 {
        assert_eq!(wrong().await.status, StatusCode::UNAUTHORIZED);
    }
    for wait in [30, 60, 120, 240, 480, 900, 900] {
        let right = try_in(&app, "jane@acme.example", PASSWORD, &[]).await;
        assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(about(&right, wait), "{wait}: {}", right.header("retry-after"));
        app.clock.advance(wait);
        assert_eq!(wrong().await.status, StatusCode::UNAUTHORIZED, "after {wait} s one more is checked");
    }
    app.clock.advance(900);
    assert_eq!(try_in(&app, "jane@acme.example", PASSWORD, &[]).await.name(), "home", "never locked for good");
    assert_eq!(wrong().await.status, StatusCode::UNAUTHORIZED, "and all is forgotten");
    for _ in 0..4 {
        wrong().await;
    }
    assert_eq!(wrong().await.status, StatusCode::TOO_MANY_REQUESTS);
    app.clock.advance(3_600);
    for _ in 0..4 {
        assert_eq!(wrong().await.status, StatusCode::UNAUTHORIZED, "after an hour's rest");
    }
    let linked = app.linked("marcus@beech.example", "beech", "48213").await;
    assert_eq!(linked.page.name(), "home", "others never wait");
}

#[tokio::test]
async fn t14_an_unknown_e_mail_waits_as_a_known_one_does() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut answers = [Vec::new(), Vec::new()];
    for (email, answers) in ["jane@acme.example", "nobody@acme.example"].into_iter().zip(&mut answers) {
        for _ in 0..7 {
            let page = try_in(&app, email, "wrong password", &[]).await;
            let csp = page.header("content-security-policy");
            let nonce = csp.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
            let body = page.body.replace(nonce, "").replace(email, "");
            // What is left to wait depends on the second in which it is asked.
            let left = page.header("retry-after").to_owned();
            answers.push((
                page.status,
                left.is_empty(),
                body.replace(&format!("Try again in {left} "), "Try again in "),
            ));
        }
    }
    assert!(answers[0] == answers[1] && answers[0][6].0 == StatusCode::TOO_MANY_REQUESTS, "the answers differ");
}

#[tokio::test]
async fn attempts_inside_are_counted_apart_so_that_no_stranger_keeps_anybody_from_their_own_account() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let (home, identity) = (browser.page.address.clone(), app.identity("acme").await);
    app.clock.advance(301);
    for _ in 0..5 {
        browser.unlink(&home, &identity, &[("password", "wrong password")]).await;
    }
    let page = browser.unlink(&home, &identity, &[("password", PASSWORD)]).await;
    assert_eq!((page.status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
    assert_eq!(try_in(&app, "jane@acme.example", PASSWORD, &[]).await.name(), "home", "outside nothing was tried");
    app.clock.advance(31);
    for _ in 0..6 {
        try_in(&app, "jane@acme.example", "wrong password", &[]).await;
    }
    let inside = browser.unlink(&home, &identity, &[("password", "wrong password")]).await;
    assert_eq!(inside.status, StatusCode::UNAUTHORIZED, "a stranger's tries are not theirs: it is looked at");
    let page = browser.unlink(&home, &identity, &[("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!(page.name(), "home", "a lock is no weapon against who comes from Entrata");
}

#[tokio::test]
async fn an_address_has_sixty_wrong_passwords_a_minute_and_right_ones_never_count() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    for n in 0..60 {
        let page = try_in(&app, &format!("nobody-{n}@acme.example"), "wrong password", &[]).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        if n == 50 {
            for _ in 0..12 {
                assert_eq!(try_in(&app, "jane@acme.example", PASSWORD, &[]).await.name(), "home");
            }
        }
    }
    let page = try_in(&app, "jane@acme.example", PASSWORD, &[]).await;
    assert_eq!((page.status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
    assert!(page.header("retry-after").parse::<u32>().unwrap() <= 60);
    let mut pending = Browser::new(&app);
    let login = pending.launch(&app.code("acme", "48213")).await;
    assert_eq!(login.name(), "login", "launches are not concerned");
    let fields = [("name", "Ada"), ("email", "ada@acme.example"), ("password", PASSWORD)];
    let page = pending.submit("/register", &fields).await;
    assert_eq!((page.status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
    assert!(page.shows("value=\"ada@acme.example\"") && page.shows("value=\"Ada\""), "nothing typed is lost");
    app.clock.advance(61);
    assert_eq!(try_in(&app, "jane@acme.example", PASSWORD, &[]).await.name(), "home");
}

#[tokio::test]
async fn t26_a_forged_address_changes_no_bucket_and_an_ipv6_network_is_one() {
    let app = TestApp::start().await;
    for n in 0..60 {
        let forged: &'static str = Box::leak(format!("198.51.100.{n}").into_boxed_str());
        let headers = [("x-forwarded-for", forged), ("forwarded", forged), ("x-real-ip", forged)];
        try_in(&app, &format!("nobody-{n}@acme.example"), "wrong password", &headers).await;
    }
    let page = try_in(&app, "other@acme.example", "wrong password", &[("x-forwarded-for", "192.0.2.1")]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);

    let behind = TestApp::with(&[("TRUSTED_PROXIES", "203.0.113.7")]).await;
    for n in 0..60 {
        let address: &'static str = Box::leak(format!("6.6.6.6, 2001:db8:1:1::{n:x}").into_boxed_str());
        try_in(&behind, &format!("nobody-{n}@acme.example"), "wrong password", &[("x-forwarded-for", address)]).await;
    }
    let from = |address| [("x-forwarded-for", address)];
    let same = try_in(&behind, "x@acme.example", "wrong password", &from("2001:db8:1:1:ffff::1")).await;
    assert_eq!(same.status, StatusCode::TOO_MANY_REQUESTS);
    let other = try_in(&behind, "x@acme.example", "wrong password", &from("2001:db8:1:2::1")).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED);
    assert_eq!(behind.count("select count(distinct address) from audit").await, 2);
}

#[tokio::test]
async fn t15_more_passwords_than_can_be_checked_soon_are_told_to_come_again_and_count_for_nothing() {
    let app = TestApp::start().await;
    let authenticator = &app.app.authenticator;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let tasks: Vec<_> = (0..cores * 100)
        .map(|n| {
            let authenticator = authenticator.clone();
            tokio::spawn(async move {
                let client = ClientInfo::default();
                authenticator.sign_in(&format!("nobody-{n}@acme.example"), "wrong password".into(), None, &client).await
            })
        })
        .collect();
    let mut busy = 0;
    for task in tasks {
        busy += usize::from(matches!(task.await.unwrap(), Err(crate::server::account::SignInError::Busy(_))));
    }
    assert!(busy > 0 && busy < cores * 100, "{busy}");
    let counted = app.count("select count(*) from attempts where failures > 0").await;
    assert_eq!(usize::try_from(counted).unwrap(), cores * 100 - busy);
}

/// How many jobs the database's writer was given so far.
fn writes(app: &TestApp) -> u64 {
    let text = app.app.core.metrics.render(None);
    let count = text.lines().find_map(|line| line.strip_prefix("latchkey_database_wait_seconds_count "));
    count.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test]
async fn a_thousand_passwords_at_once_give_the_writer_hardly_more_jobs_than_can_be_checked() {
    let app = Arc::new(TestApp::with(&[("TRUSTED_PROXIES", "203.0.113.0/24")]).await);
    let before = writes(&app);
    let tasks: Vec<_> = (0..1_000)
        .map(|n| {
            let app = app.clone();
            let address: &'static str = Box::leak(format!("198.51.{}.{}", n / 200, n % 200).into_boxed_str());
            let email = format!("nobody-{n}@acme.example");
            tokio::spawn(async move { try_in(&app, &email, "wrong password", &[("x-forwarded-for", address)]).await })
        })
        .collect();
    let mut checked = 0;
    for task in tasks {
        match task.await.unwrap().status {
            StatusCode::UNAUTHORIZED => checked += 1,
            status => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
        }
    }
    let given = writes(&app) - before;
    println!("{checked} of 1,000 passwords were checked: {given} jobs for the writer");
    // For each that is checked: the attempt, and the failure in the audit.
    assert!(checked < 1_000 && given <= 2 * checked + 2, "{checked} {given}");
}
