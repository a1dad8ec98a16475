//! The Sessions page: it lists exactly the account's own sessions, and ends one, all others, or all of them.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form},
};

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36";

#[tokio::test]
async fn the_sessions_page_lists_company_browser_and_times() {
    let app = TestApp::start().await;
    let mut jane = app.linked("jane@acme.example", "acme", "48213").await;
    app.linked("marcus@beech.example", "beech", "48213").await;
    let mut frame = Browser { keeps_cookies: false, headers: vec![("user-agent", WINDOWS)], ..Browser::new(&app) };
    let by_bearer = frame.launch(&app.code("acme", "48213")).await;
    frame.cookie_probe().await;
    app.clock.advance(7_200);
    let page = jane.get(&format!("{}/sessions", jane.page.address)).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "sessions"));
    assert!(page.shows("Acme Residential Management") && page.shows("acme.entrata.com"));
    assert!(page.shows("Chrome on Windows") && !page.shows("bearer"));
    assert!(page.shows("2 hours ago") && page.shows("just now"), "first and last used");
    assert!(!page.shows("marcus") && !page.shows("beech.entrata.com"), "only the account's own");
    assert!(page.has_form(&format!("/sessions/{}/sign-out", by_bearer.address.trim_start_matches("/v/"))));
}

#[tokio::test]
async fn a_user_ends_one_session_all_others_or_all() {
    let app = TestApp::start().await;
    let mut here = app.linked("jane@acme.example", "acme", "48213").await;
    let home = here.page.address.clone();
    let mut elsewhere = Vec::new();
    for _ in 0..3 {
        let mut browser = Browser::new(&app);
        browser.launch(&app.code("acme", "48213")).await;
        elsewhere.push(browser);
    }
    let mut other_account = app.linked("marcus@beech.example", "beech", "48213").await;
    let sessions = here.get(&format!("{home}/sessions")).await;
    let first = elsewhere[0].page.address.clone();
    here.post(&sessions.form(&format!("/sessions/{}/sign-out", first.trim_start_matches("/v/")))).await;
    assert_eq!(here.page.name(), "sessions");
    assert_eq!(elsewhere[0].get(&first).await.status, StatusCode::UNAUTHORIZED);
    let second = elsewhere[1].page.address.clone();
    assert_eq!(elsewhere[1].get(&second).await.name(), "home");
    here.post(&sessions.form("/others/sign-out")).await;
    assert_eq!(elsewhere[1].get(&second).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(here.get(&home).await.name(), "home");
    let mut back = Browser::new(&app);
    let again = back.launch(&app.code("acme", "48213")).await;
    here.post(&sessions.form("/sign-out-everywhere")).await;
    assert_eq!((here.page.name(), here.cookie.clone()), ("login", None));
    assert_eq!(back.get(&again.address).await.status, StatusCode::UNAUTHORIZED);
    let others = other_account.page.address.clone();
    assert_eq!(other_account.get(&others).await.name(), "home");
}

#[tokio::test]
async fn a_tab_ended_from_elsewhere_does_not_say_that_it_signed_out() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let here = browser.page.address.clone();
    let other = browser.launch(&app.code("acme", "48213")).await.address;
    browser.submit_at(&format!("{here}/sessions/others/sign-out")).await;
    let page = browser.get(&other).await;
    assert_eq!((page.status, page.name()), (StatusCode::CONFLICT, "error"));
    assert!(page.shows("or the session was ended on the Sessions page"), "{}", page.body);
}

#[tokio::test]
async fn an_error_when_ending_a_session_leaves_a_valid_address() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let own = browser.page.address.clone();
    browser.submit("/sign-out", &[]).await;
    let page = browser.post(&Form { action: format!("{own}/sessions/others/sign-out"), fields: Vec::new() }).await;
    assert_eq!((page.status, page.clean_address()), (StatusCode::UNAUTHORIZED, Some(own)));
}

#[tokio::test]
async fn no_one_ends_another_accounts_session() {
    let app = TestApp::start().await;
    let mut jane = app.linked("jane@acme.example", "acme", "48213").await;
    let mut eve = app.linked("eve@evil.example", "acme", "51877").await;
    let (target, own) = (jane.page.address.clone(), eve.page.address.clone());
    let action = format!("{own}/sessions/{}/sign-out", target.trim_start_matches("/v/"));
    eve.post(&Form { action, fields: Vec::new() }).await;
    eve.post(&Form { action: format!("{own}/sessions/others/sign-out"), fields: Vec::new() }).await;
    assert_eq!(jane.get(&target).await.name(), "home");
}

#[tokio::test]
async fn signing_out_everywhere_leaves_other_accounts_of_the_same_browser_signed_in() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let jane = browser.page.clone();
    app.account("marcus@beech.example").await;
    browser.launch(&app.code("beech", "48213")).await;
    browser.sign_in("marcus@beech.example", PASSWORD).await;
    let marcus = browser.confirm().await;
    browser.post(&jane.form("/sign-out")).await;
    let relaunched = browser.launch(&app.code("acme", "48213")).await;
    browser.submit_at(&format!("{}/sign-out-everywhere", relaunched.address)).await;
    assert_eq!(browser.get(&relaunched.address).await.status, StatusCode::CONFLICT);
    assert!(browser.get(&marcus.address).await.shows("marcus@beech.example"));
}

#[tokio::test]
async fn signing_out_everywhere_or_ending_all_others_undoes_unconfirmed_sign_ins() {
    for ending in ["sign-out-everywhere", "sessions/others/sign-out"] {
        let app = TestApp::start().await;
        let mut jane = app.linked("jane@acme.example", "acme", "48213").await;
        let mut unconfirmed = Browser::new(&app);
        unconfirmed.launch(&app.code("acme", "51877")).await;
        let confirm = unconfirmed.sign_in("jane@acme.example", PASSWORD).await;
        jane.submit_at(&format!("{}/{ending}", jane.page.address)).await;
        assert_eq!(unconfirmed.post(&confirm.form("/link")).await.status, StatusCode::CONFLICT, "{ending}");
        assert_eq!(unconfirmed.get(&confirm.address).await.name(), "login", "{ending}: pending again");
        assert_eq!(app.count("select count(*) from links").await, 1, "{ending}");
    }
}

#[tokio::test]
async fn t08_a_sign_out_during_slow_requests_stays_a_sign_out_a_thousand_times() {
    let app = TestApp::start().await;
    let browser = app.linked("jane@acme.example", "acme", "48213").await;
    for round in 0..1_000 {
        let mut tab = Browser { cookie: None, ..browser.clone() };
        let home = tab.launch(&app.code("acme", "48213")).await;
        // Every request has something to write: the new ID is used, the idle time restarts, the session's data changes.
        app.clock.advance(61);
        let (mut slow, mut decline) = (tab.clone(), tab.clone());
        let form = home.form("/sign-out");
        let address = home.address.clone();
        let reads = tokio::spawn(async move { slow.get(&address).await });
        let writes = tokio::spawn(async move { decline.get("/").await });
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        tab.send(axum::http::Method::POST, &form.action, "same-origin", Some(&form)).await;
        reads.await.unwrap();
        writes.await.unwrap();
        let mut after = Browser { cookie: browser.cookie.clone(), ..tab.clone() };
        assert_ne!(after.get(&home.address).await.status, StatusCode::OK, "round {round}");
    }
    assert_eq!(app.count("select count(*) from browser_sessions").await, 1, "the first browser's");
    assert_eq!(app.count("select count(*) from visits where ended_at is null").await, 1);
}

#[tokio::test]
async fn t02_two_companies_in_one_browser_never_mix_whichever_is_clicked() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    app.account("marcus@beech.example").await;
    browser.launch(&app.code("beech", "48213")).await;
    browser.sign_in("marcus@beech.example", PASSWORD).await;
    browser.confirm().await;
    let acme = browser.launch(&app.code("acme", "48213")).await.address;
    let beech = browser.launch(&app.code("beech", "48213")).await.address;
    for order in [[&acme, &beech, &acme], [&beech, &beech, &acme], [&acme, &acme, &beech]] {
        for visit in order {
            for page in ["", "/sessions"] {
                let page = browser.get(&format!("{visit}{page}")).await;
                let (mine, other) = if *visit == acme { ("jane@", "marcus@") } else { ("marcus@", "jane@") };
                assert!(page.shows(mine) && !page.shows(other), "{}", page.name());
            }
        }
    }
    browser.submit_at(&format!("{acme}/sign-out")).await;
    assert!(browser.get(&beech).await.shows("marcus@beech.example"), "signing out of one leaves the other");
}

#[tokio::test]
async fn browsers_with_the_same_name_have_separate_headings() {
    let app = TestApp::start().await;
    let mut jane = app.linked("jane@acme.example", "acme", "48213").await;
    for _ in 0..2 {
        let mut browser = Browser { headers: vec![("user-agent", WINDOWS)], ..Browser::new(&app) };
        browser.launch(&app.code("acme", "48213")).await;
    }
    let page = jane.get(&format!("{}/sessions", jane.page.address)).await;
    let headings = page.body.split("<h2 id=\"browser-").skip(1).map(|heading| {
        let text = heading.split_once('>').unwrap().1.split('<').next().unwrap();
        text.trim().to_owned()
    });
    assert_eq!(headings.collect::<Vec<_>>(), ["Unknown browser", "Chrome on Windows", "Chrome on Windows (2)"]);
}
