//! Limits on password attempts: per email, per address, and on concurrent hashing.

use std::sync::Arc;

use axum::http::StatusCode;

use crate::{
    server::audit::ClientInfo,
    tests::{
        app::{PASSWORD, TestApp},
        browser::{Browser, Page},
    },
};

/// Returns whether `Retry-After` is about this long; up to ten seconds may have passed.
fn retry_after_is_about(page: &Page, seconds: i64) -> bool {
    page.header("retry-after").parse::<i64>().is_ok_and(|value| (seconds - 10..=seconds).contains(&value))
}

async fn try_sign_in(app: &TestApp, email: &str, password: &str, headers: &[(&'static str, &'static str)]) -> Page {
    let mut browser = Browser { headers: headers.to_vec(), ..Browser::new(app) };
    browser.get("/login").await;
    browser.sign_in(email, password).await
}

#[tokio::test]
async fn t16_of_two_hundred_wrong_passwords_at_once_five_are_checked() {
    let app = Arc::new(TestApp::with(&[("TRUSTED_PROXIES", "203.0.113.0/24")]).await);
    app.account("jane@acme.example").await;
    // From many addresses, so that the limit per address does not apply.
    let tasks: Vec<_> = (0..200)
        .map(|n: u32| {
            let app = app.clone();
            let address: &'static str = Box::leak(format!("198.51.100.{}", n / 2).into_boxed_str());
            let email = if n.is_multiple_of(2) { "jane@acme.example" } else { " JANE@acme.Example " };
            tokio::spawn(
                async move { try_sign_in(&app, email, "wrong password", &[("x-forwarded-for", address)]).await },
            )
        })
        .collect();
    let mut checked = 0;
    for task in tasks {
        let page = task.await.unwrap();
        match page.status {
            StatusCode::UNAUTHORIZED => checked += 1,
            status => {
                assert_eq!((status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
                assert!(retry_after_is_about(&page, 30) && page.shows("Try again in ") && page.shows(" seconds."));
            }
        }
    }
    assert_eq!(checked, 5);
    assert_eq!(app.count("select count(*) from audit where what = 'failed' and account_id is not null").await, 5);
}

#[tokio::test]
async fn t16_the_waiting_time_grows_and_the_right_password_ends_it() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let wrong = || try_sign_in(&app, "jane@acme.example", "wrong password", &[]);
    for _ in 0..5 {
        assert_eq!(wrong().await.status, StatusCode::UNAUTHORIZED);
    }
    for wait in [30, 60, 120, 240, 480, 900, 900] {
        let right = try_sign_in(&app, "jane@acme.example", PASSWORD, &[]).await;
        assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(retry_after_is_about(&right, wait), "{wait}: {}", right.header("retry-after"));
        app.clock.advance(wait);
        assert_eq!(wrong().await.status, StatusCode::UNAUTHORIZED, "after {wait} s one more is checked");
    }
    app.clock.advance(900);
    assert_eq!(
        try_sign_in(&app, "jane@acme.example", PASSWORD, &[]).await.name(),
        "home",
        "never locked out permanently"
    );
    assert_eq!(wrong().await.status, StatusCode::UNAUTHORIZED, "the attempts are reset");
    for _ in 0..4 {
        wrong().await;
    }
    assert_eq!(wrong().await.status, StatusCode::TOO_MANY_REQUESTS);
    app.clock.advance(3_600);
    for _ in 0..4 {
        assert_eq!(wrong().await.status, StatusCode::UNAUTHORIZED, "reset after an hour without attempts");
    }
    let linked = app.linked("marcus@beech.example", "beech", "48213").await;
    assert_eq!(linked.page.name(), "home", "other accounts never wait");
}

#[tokio::test]
async fn t14_an_unknown_email_waits_like_a_known_one() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut pages = [Vec::new(), Vec::new()];
    for (email, pages) in ["jane@acme.example", "nobody@acme.example"].into_iter().zip(&mut pages) {
        for _ in 0..7 {
            let page = try_sign_in(&app, email, "wrong password", &[]).await;
            let csp = page.header("content-security-policy");
            let nonce = csp.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
            let body = page.body.replace(nonce, "").replace(email, "");
            // The remaining wait depends on the second of the request.
            let retry_after = page.header("retry-after").to_owned();
            pages.push((
                page.status,
                retry_after.is_empty(),
                body.replace(&format!("Try again in {retry_after} "), "Try again in "),
            ));
        }
    }
    assert!(pages[0] == pages[1] && pages[0][6].0 == StatusCode::TOO_MANY_REQUESTS, "the pages differ");
}

#[tokio::test]
async fn attempts_in_a_session_count_separately_so_that_strangers_cannot_lock_a_user_out() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let (home, identity) = (browser.page.address.clone(), app.identity("acme").await);
    app.clock.advance(301);
    for _ in 0..5 {
        browser.unlink(&home, &identity, &[("password", "wrong password")]).await;
    }
    let page = browser.unlink(&home, &identity, &[("password", PASSWORD)]).await;
    assert_eq!((page.status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
    assert_eq!(
        try_sign_in(&app, "jane@acme.example", PASSWORD, &[]).await.name(),
        "home",
        "sign-in attempts count separately"
    );
    app.clock.advance(31);
    for _ in 0..6 {
        try_sign_in(&app, "jane@acme.example", "wrong password", &[]).await;
    }
    let wrong = browser.unlink(&home, &identity, &[("password", "wrong password")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "attempts of strangers don't count: the password is checked");
    let page = browser.unlink(&home, &identity, &[("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let page = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!(page.name(), "home", "launches from Entrata are never throttled by wrong passwords");
}

#[tokio::test]
async fn an_address_may_send_sixty_wrong_passwords_a_minute_and_right_ones_never_count() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    for n in 0..60 {
        let page = try_sign_in(&app, &format!("nobody-{n}@acme.example"), "wrong password", &[]).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        if n == 50 {
            for _ in 0..12 {
                assert_eq!(try_sign_in(&app, "jane@acme.example", PASSWORD, &[]).await.name(), "home");
            }
        }
    }
    let page = try_sign_in(&app, "jane@acme.example", PASSWORD, &[]).await;
    assert_eq!((page.status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
    assert!(page.header("retry-after").parse::<u32>().unwrap() <= 60);
    let mut pending = Browser::new(&app);
    let login = pending.launch(&app.code("acme", "48213")).await;
    assert_eq!(login.name(), "login", "launches are not limited");
    let fields = [("name", "Ada"), ("email", "ada@acme.example"), ("password", PASSWORD)];
    let page = pending.submit("/register", &fields).await;
    assert_eq!((page.status, page.name()), (StatusCode::TOO_MANY_REQUESTS, "unavailable"));
    assert!(page.shows("value=\"ada@acme.example\"") && page.shows("value=\"Ada\""), "the form keeps the input");
    app.clock.advance(61);
    assert_eq!(try_sign_in(&app, "jane@acme.example", PASSWORD, &[]).await.name(), "home");
}

#[tokio::test]
async fn t26_a_forged_address_does_not_evade_the_limit_and_an_ipv6_network_counts_as_one_address() {
    let app = TestApp::start().await;
    for n in 0..60 {
        let forged: &'static str = Box::leak(format!("198.51.100.{n}").into_boxed_str());
        let headers = [("x-forwarded-for", forged), ("forwarded", forged), ("x-real-ip", forged)];
        try_sign_in(&app, &format!("nobody-{n}@acme.example"), "wrong password", &headers).await;
    }
    let page = try_sign_in(&app, "other@acme.example", "wrong password", &[("x-forwarded-for", "192.0.2.1")]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);

    let behind_proxy = TestApp::with(&[("TRUSTED_PROXIES", "203.0.113.7")]).await;
    for n in 0..60 {
        let address: &'static str = Box::leak(format!("6.6.6.6, 2001:db8:1:1::{n:x}").into_boxed_str());
        try_sign_in(
            &behind_proxy,
            &format!("nobody-{n}@acme.example"),
            "wrong password",
            &[("x-forwarded-for", address)],
        )
        .await;
    }
    let from = |address| [("x-forwarded-for", address)];
    let same = try_sign_in(&behind_proxy, "x@acme.example", "wrong password", &from("2001:db8:1:1:ffff::1")).await;
    assert_eq!(same.status, StatusCode::TOO_MANY_REQUESTS);
    let other = try_sign_in(&behind_proxy, "x@acme.example", "wrong password", &from("2001:db8:1:2::1")).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED);
    assert_eq!(behind_proxy.count("select count(distinct address) from audit").await, 2);
}

#[tokio::test]
async fn t15_passwords_beyond_the_hashing_capacity_are_refused_as_busy_and_do_not_count() {
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

/// Returns how many jobs the database's writer has had so far.
fn writes(app: &TestApp) -> u64 {
    let text = app.app.core.metrics.render(None);
    let count = text.lines().find_map(|line| line.strip_prefix("latchkey_database_wait_seconds_count "));
    count.map_or(0, |count| count.parse().unwrap())
}

#[tokio::test]
async fn a_thousand_passwords_at_once_cause_few_more_writes_than_are_checked() {
    let app = Arc::new(TestApp::with(&[("TRUSTED_PROXIES", "203.0.113.0/24")]).await);
    let before = writes(&app);
    let tasks: Vec<_> = (0..1_000)
        .map(|n| {
            let app = app.clone();
            let address: &'static str = Box::leak(format!("198.51.{}.{}", n / 200, n % 200).into_boxed_str());
            let email = format!("nobody-{n}@acme.example");
            tokio::spawn(
                async move { try_sign_in(&app, &email, "wrong password", &[("x-forwarded-for", address)]).await },
            )
        })
        .collect();
    let mut checked = 0;
    for task in tasks {
        match task.await.unwrap().status {
            StatusCode::UNAUTHORIZED => checked += 1,
            status => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
        }
    }
    let jobs = writes(&app) - before;
    println!("{checked} of 1,000 passwords were checked: {jobs} jobs for the writer");
    // For each checked password: the attempt, and the failure in the audit log. The job worker writes at its start.
    assert!(checked < 1_000 && jobs <= 2 * checked + 6, "{checked} {jobs}");
}
