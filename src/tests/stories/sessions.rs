//! Browser sessions and visits: the session cookie, a new ID at every sign-in, signing out.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::Browser,
};

#[tokio::test]
async fn t17_the_cookie_has_every_attribute_and_is_sent_only_when_the_id_changes() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let launch = browser.launch(&app.code("acme", "48213")).await;
    let cookie = launch.header("set-cookie").to_owned();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert!(value.starts_with("__Host-Http-sid=") && value.len() >= "__Host-Http-sid=".len() + 22);
    let mut attributes: Vec<_> = attributes.split("; ").collect();
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Max-Age=604800", "Partitioned", "Path=/", "SameSite=None", "Secure"]);
    assert_eq!(launch.headers.get_all("set-cookie").iter().count(), 1);
    for _ in 0..2 {
        assert_eq!(browser.get(&launch.address).await.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn t07_every_launch_sign_in_and_link_gives_a_new_id_and_using_it_invalidates_the_older_one() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("acme", "48213")).await;
    let mut ids = vec![browser.cookie.clone().unwrap()];
    browser.sign_in("jane@acme.example", PASSWORD).await;
    ids.push(browser.cookie.clone().unwrap());
    let home = browser.confirm().await;
    ids.push(browser.cookie.clone().unwrap());
    browser.launch(&app.code("acme", "48213")).await;
    ids.push(browser.cookie.clone().unwrap());
    browser.get("/").await;
    let distinct: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), 4);
    for old in &ids[..3] {
        let mut thief = Browser::new(&app);
        thief.cookie = Some(old.clone());
        assert_eq!(thief.get(&home.address).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(browser.get(&home.address).await.name(), "home");
}

#[tokio::test]
async fn an_id_from_before_the_sign_in_does_not_open_the_session_after_it() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("acme", "48213")).await;
    let planted = browser.cookie.clone();
    let form = browser.page.form("/sign-in").with(&[("email", "jane@acme.example"), ("password", PASSWORD)]);
    let response = browser.send(axum::http::Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!(response.status, StatusCode::SEE_OTHER);
    let mut thief = Browser::new(&app);
    thief.cookie = planted;
    let visit = response.header("location").to_owned();
    assert_eq!(thief.get(&visit).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn t07_an_unknown_id_is_ignored_and_never_adopted_and_each_of_several_is_tried() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    let mut victim = Browser::new(&app);
    victim.cookie = Some(planted.into());
    victim.launch(&app.code("acme", "48213")).await;
    assert_ne!(victim.cookie.as_deref(), Some(planted));
    let good = browser.cookie.clone().unwrap();
    for several in [
        format!("{planted}; __Host-Http-sid={good}"),
        format!("{good}; __Host-Http-sid={planted}"),
        format!("not-an-id; other=1; __Host-Http-sid=; __Host-Http-sid={good}"),
    ] {
        browser.cookie = Some(several);
        assert_eq!(browser.get("/").await.name(), "home");
    }
}

#[tokio::test]
async fn t17_of_several_valid_cookies_the_one_that_opens_the_visit_counts() {
    let app = TestApp::start().await;
    let jane = app.linked("jane@acme.example", "acme", "48213").await;
    let marcus = app.linked("marcus@beech.example", "beech", "48213").await;
    let mut pending = Browser::new(&app);
    pending.launch(&app.code("acme", "51877")).await;
    let cookies = [&jane, &marcus, &pending].map(|b| b.cookie.clone().unwrap());
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut browser = Browser::new(&app);
        browser.cookie = Some(order.map(|n| cookies[n].clone()).join("; __Host-Http-sid="));
        assert!(browser.get(&jane.page.address).await.shows("jane@acme.example"), "{order:?}");
        assert!(browser.get(&marcus.page.address).await.shows("marcus@beech.example"), "{order:?}");
        assert_eq!(browser.get("/").await.name(), "home", "{order:?}");
    }
}

#[tokio::test]
async fn signing_out_ends_the_visit_and_removes_the_cookie_with_every_attribute() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let (home, old) = (browser.page.clone(), browser.cookie.clone());
    let form = home.form("/sign-out");
    let response = browser.send(axum::http::Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!((response.status, response.header("location")), (StatusCode::SEE_OTHER, "/login"));
    let removal = response.header("set-cookie");
    assert!(removal.starts_with("__Host-Http-sid=;"), "{removal}");
    for attribute in ["Max-Age=0", "Path=/", "Secure", "HttpOnly", "SameSite=None", "Partitioned"] {
        assert!(removal.contains(attribute), "{attribute}");
    }
    browser.cookie = old;
    let page = browser.get(&home.address).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNAUTHORIZED, "login"));
    assert_eq!(app.count("select count(*) from browser_sessions").await, 0);
}

#[tokio::test]
async fn signing_out_of_one_visit_leaves_the_browsers_others_and_the_root_shows_the_rest() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let acme = browser.page.address.clone();
    browser.launch(&app.code("beech", "48213")).await;
    browser.sign_in("jane@acme.example", PASSWORD).await;
    let beech = browser.confirm().await;
    let again = browser.launch(&app.code("beech", "48213")).await;
    let chooser = browser.get("/").await;
    assert_eq!((chooser.status, chooser.name()), (StatusCode::OK, "visits"));
    let offered = chooser.body.matches("href=\"/v/").count();
    assert!(offered == 2 && chooser.shows(&acme) && chooser.shows(&again.address), "the newest visit of each identity");
    browser.post(&again.form("/sign-out")).await;
    browser.post(&beech.form("/sign-out")).await;
    let rest = browser.get("/").await;
    assert_eq!((rest.name(), rest.clean_address().as_deref()), ("home", Some(acme.as_str())));
    let ended = browser.get(&beech.address).await;
    assert_eq!((ended.status, ended.name()), (StatusCode::CONFLICT, "error"));
    assert!(ended.shows_text("Beech & Rowan Property Group"), "shown to its own browser");
    let stranger = Browser::new(&app).get(&beech.address).await;
    assert!(stranger.status == StatusCode::UNAUTHORIZED && !stranger.shows("Beech"), "not shown to others");
}

#[tokio::test]
async fn a_user_signs_in_without_a_launch_and_sees_the_same_home() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut browser = Browser::new(&app);
    browser.headers = vec![("sec-fetch-dest", "document"), ("sec-fetch-site", "none")];
    let login = browser.get("/login").await;
    assert_eq!((login.status, login.name(), login.has_form("/register")), (StatusCode::OK, "login", false));
    browser.headers.clear();
    let home = browser.sign_in("jane@acme.example", PASSWORD).await;
    assert_eq!(home.name(), "home");
    assert!(home.shows("Acme Residential Management") && home.address.starts_with("/v/"));
    assert_eq!(browser.get("/").await.name(), "home");
}

#[tokio::test]
async fn a_page_that_needs_a_session_says_how_to_open_the_app_from_entrata() {
    let app = TestApp::start().await;
    for address in ["/", "/v/AAAAAAAAAAAAAAAAAAAAAA"] {
        let page = Browser::new(&app).get(address).await;
        assert_eq!((page.status, page.name()), (StatusCode::UNAUTHORIZED, "login"), "{address}");
        assert!(page.shows("App Store"));
    }
}

#[tokio::test]
async fn a_session_ends_after_twelve_idle_hours_and_after_seven_days_in_any_case() {
    let app = TestApp::start().await;
    let mut idle = app.linked("jane@acme.example", "acme", "48213").await;
    let home = idle.page.address.clone();
    app.clock.advance(12 * 3600 - 60);
    assert_eq!(idle.get(&home).await.name(), "home");
    for _ in 0..13 {
        app.clock.advance(12 * 3600 - 60);
        assert_eq!(idle.get(&home).await.name(), "home");
    }
    app.clock.advance(12 * 3600 - 60);
    assert_eq!(idle.get(&home).await.status, StatusCode::UNAUTHORIZED, "seven days");
    let mut other = Browser::new(&app);
    let home = other.launch(&app.code("acme", "48213")).await.address;
    app.clock.advance(12 * 3600);
    assert_eq!(other.get(&home).await.status, StatusCode::UNAUTHORIZED, "twelve hours");
    app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(app.count("select count(*) from browser_sessions").await, 0);
    assert_eq!(app.count("select count(*) from session_ids").await, 0);
}

#[tokio::test]
async fn an_attacker_who_planted_a_session_does_not_get_in_with_its_id_or_code_after_the_sign_in() {
    let app = TestApp::start().await;
    app.account("victim@acme.example").await;
    let mut attacker = Browser::new(&app);
    let code = app.code("acme", "48213");
    let pending = attacker.launch(&code).await;
    let mut victim = attacker.clone();
    let form = pending.form("/sign-in").with(&[("email", "victim@acme.example"), ("password", PASSWORD)]);
    let response = victim.send(axum::http::Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!(response.status, StatusCode::SEE_OTHER);
    assert_eq!(attacker.clone().get(&pending.address).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(attacker.launch(&code).await.status, StatusCode::GONE, "nor with the code");
    assert_eq!(victim.get(&pending.address).await.name(), "confirm");
}

#[tokio::test]
async fn t07_a_planted_id_cannot_be_exchanged_for_one_that_opens_the_victims_visit() {
    let app = TestApp::start().await;
    app.account("eve@evil.example").await;
    let mut planted = app.linked("victim@acme.example", "acme", "48213").await;
    let pending = planted.launch(&app.code("acme", "51877")).await;
    let mut victim = planted.clone();
    let form = pending.form("/sign-in").with(&[("email", "victim@acme.example"), ("password", PASSWORD)]);
    victim.send(axum::http::Method::POST, &form.action, "same-origin", Some(&form)).await;
    // The victim's new ID has not been used yet, so the planted one is still valid.
    let mut by_password = planted.clone();
    by_password.get("/login").await;
    by_password.sign_in("eve@evil.example", PASSWORD).await;
    assert_eq!(by_password.get(&pending.address).await.status, StatusCode::UNAUTHORIZED, "with a sign-in");
    let mut by_launch = planted.clone();
    let launched = by_launch.launch(&app.code("acme", "48213")).await;
    assert_eq!(victim.get(&pending.address).await.name(), "confirm", "the victim's visit goes on");
    assert_eq!(by_launch.get(&pending.address).await.status, StatusCode::UNAUTHORIZED, "with a launch");
    assert_eq!(by_launch.get(&launched.address).await.name(), "home", "the launch opens its own visit");
    // Now the planted ID is invalid.
    planted.get("/login").await;
    planted.sign_in("eve@evil.example", PASSWORD).await;
    assert_eq!(
        planted.get(&pending.address).await.status,
        StatusCode::UNAUTHORIZED,
        "with a sign-in and an invalid ID"
    );
}

#[tokio::test]
async fn two_tabs_that_launch_at_once_with_one_cookie_both_stay_signed_in() {
    let app = TestApp::start().await;
    let browser = app.linked("jane@acme.example", "acme", "48213").await;
    let (mut one, mut two) = (browser.clone(), browser);
    let (first, second) = (one.launch(&app.code("acme", "48213")).await, two.launch(&app.code("acme", "48213")).await);
    // The browser stores the cookie of the last response.
    one.cookie.clone_from(&two.cookie);
    assert_eq!(one.get(&first.address).await.name(), "home");
    assert_eq!(two.get(&second.address).await.name(), "home");
}

#[tokio::test]
async fn invalid_bytes_in_another_cookie_do_not_hide_ours() {
    let app = TestApp::start().await;
    let browser = app.linked("jane@acme.example", "acme", "48213").await;
    let cookie = [b"x=\xe9\xff; __Host-Http-sid=".as_slice(), browser.cookie.unwrap().as_bytes()].concat();
    let value = axum::http::HeaderValue::from_bytes(&cookie).unwrap();
    let request = axum::http::Request::get("/").header("cookie", value).body(axum::body::Body::empty()).unwrap();
    let response = tower::ServiceExt::oneshot(app.router.clone(), request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn signing_out_also_ends_earlier_unused_launches_but_no_visit_that_another_tab_uses() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let used = browser.page.clone();
    app.clock.advance(1);
    let abandoned = browser.launch(&app.code("acme", "48213")).await;
    app.clock.advance(1);
    let third = browser.launch(&app.code("acme", "48213")).await;
    app.clock.advance(1);
    assert_eq!(browser.get(&used.address).await.name(), "home", "another tab uses the first");
    browser.post(&third.form("/sign-out")).await;
    assert_eq!(browser.get(&third.address).await.status, StatusCode::CONFLICT);
    assert_eq!(browser.get(&abandoned.address).await.status, StatusCode::CONFLICT, "the earlier launch is over, too");
    assert_eq!(browser.get(&used.address).await.name(), "home");
    browser.post(&used.form("/sign-out")).await;
    assert_eq!((browser.cookie.clone(), browser.get("/").await.status), (None, StatusCode::UNAUTHORIZED));
    assert_eq!(app.count("select count(*) from browser_sessions").await, 0);
}

#[tokio::test]
async fn an_id_saved_before_the_victims_launch_does_not_open_the_victims_visit() {
    let app = TestApp::start().await;
    app.linked("victim@acme.example", "acme", "48213").await;
    app.linked("eve@evil.example", "acme", "51877").await;
    let mut shared = Browser::new(&app);
    shared.launch(&app.code("acme", "51877")).await;
    // The attacker launches elsewhere with a copy of the cookie, and saves the new ID for later.
    let mut attacker = shared.clone();
    attacker.launch(&app.code("acme", "51877")).await;
    app.clock.advance(61);
    let mut victim = shared;
    let home = victim.launch(&app.code("acme", "48213")).await;
    victim.cookie_probe().await;
    attacker.launch(&app.code("acme", "51877")).await;
    assert_eq!(attacker.get(&home.address).await.status, StatusCode::UNAUTHORIZED);
    assert!(!attacker.get("/").await.shows("victim@acme.example"));
    assert!(victim.get(&home.address).await.shows("victim@acme.example"));
}

#[tokio::test]
async fn an_id_from_a_concurrent_launch_opens_nothing_new_after_a_minute() {
    let app = TestApp::start().await;
    app.linked("victim@acme.example", "acme", "48213").await;
    app.linked("eve@evil.example", "acme", "51877").await;
    let mut shared = Browser::new(&app);
    shared.launch(&app.code("acme", "51877")).await;
    let (mut attacker, mut victim) = (shared.clone(), shared);
    attacker.launch(&app.code("acme", "51877")).await;
    let home = victim.launch(&app.code("acme", "48213")).await;
    victim.cookie_probe().await;
    app.clock.advance(61);
    attacker.launch(&app.code("acme", "51877")).await;
    assert_eq!(attacker.get(&home.address).await.status, StatusCode::UNAUTHORIZED);
    assert!(victim.get(&home.address).await.shows("victim@acme.example"));
}
