//! Linking an identity: sign in or register, then confirm, in the browser that launched.

use axum::http::StatusCode;

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Form},
};

#[tokio::test]
async fn a_user_registers_and_confirms_and_the_next_launch_goes_straight_home() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("beech", "00d41e77a2")).await;
    let fields = [("name", "Ada L"), ("email", "Ada@Beech.example"), ("password", PASSWORD)];
    let confirm = browser.submit("/register", &fields).await;
    assert_eq!((confirm.status, confirm.name()), (StatusCode::OK, "confirm"));
    for side in [
        "Beech &amp; Rowan Property Group",
        "beech.entrata.com",
        "…77a2",
        "<dt>Properties</dt><dd>1</dd>",
        "Ada L",
        "Ada@Beech.example",
    ] {
        assert!(confirm.shows(side), "{side}: {}", confirm.body);
    }
    assert!(!confirm.shows("00d41e77a2"));
    assert_eq!(app.count("select count(*) from links").await, 0);
    assert_eq!(browser.confirm().await.name(), "home");
    assert_eq!(app.count("select count(*) from links").await, 1);
    assert_eq!(Browser::new(&app).launch(&app.code("beech", "00d41e77a2")).await.name(), "home");
}

#[tokio::test]
async fn many_identities_lead_to_one_account() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    for (subdomain, user) in [("beech", "48213"), ("cedar-test-17402", "1234567890")] {
        browser.launch(&app.code(subdomain, user)).await;
        browser.sign_in("JANE@acme.example ", PASSWORD).await;
        assert_eq!(browser.confirm().await.name(), "home", "{subdomain}");
    }
    assert_eq!(app.count("select count(distinct account_id) from links").await, 1);
    let home = Browser::new(&app).launch(&app.code("beech", "48213")).await;
    assert!(home.shows("beech.entrata.com") && !home.shows("acme.entrata.com"));
}

#[tokio::test]
async fn the_same_user_id_at_another_company_is_another_identity() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let page = Browser::new(&app).launch(&app.code("beech", "48213")).await;
    assert_eq!(page.name(), "login");
}

#[tokio::test]
async fn declining_a_link_undoes_the_sign_in_and_the_visit_is_pending_again() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("acme", "48213")).await;
    let confirm = browser.sign_in("jane@acme.example", PASSWORD).await;
    let page = browser.submit("/decline", &[]).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "login"));
    assert!(page.shows("Nothing was linked"));
    assert!(!browser.get(&page.address).await.shows("Nothing was linked"), "shown once");
    let expired = browser.post(&confirm.form("/link")).await;
    assert_eq!((expired.status, expired.name()), (StatusCode::CONFLICT, "error"));
    assert_eq!(app.count("select count(*) from links").await, 0);
    browser.get(&page.address).await;
    assert_eq!(browser.sign_in("jane@acme.example", PASSWORD).await.name(), "confirm");
}

#[tokio::test]
async fn t01_a_confirmation_works_once_in_time_and_only_from_its_own_browser() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("acme", "48213")).await;
    let form = browser.sign_in("jane@acme.example", PASSWORD).await.form("/link");

    let refused = |page: crate::tests::browser::Page| {
        (page.status, page.name().to_owned()) == (StatusCode::CONFLICT, "error".to_owned())
    };
    assert!(refused(Browser::new(&app).post(&form).await), "without the cookie");
    let mut other = Browser::new(&app);
    other.launch(&app.code("acme", "51877")).await;
    let other_form = other.sign_in("jane@acme.example", PASSWORD).await.form("/link");
    assert!(refused(other.post(&form).await), "with another browser's cookie");
    let swapped = Form { action: form.action.clone(), fields: other_form.fields.clone() };
    assert!(refused(browser.clone().post(&swapped).await), "with another visit's ticket");
    assert!(refused(browser.clone().post(&form.clone().with(&[("ticket", "x")])).await), "with a made-up ticket");
    assert_eq!(app.count("select count(*) from links").await, 0);

    assert_eq!(browser.post(&form).await.name(), "home");
    assert!(refused(browser.post(&form).await), "a second time");
    app.clock.advance(601);
    assert!(refused(other.post(&other_form).await), "too late");
    assert_eq!(app.count("select count(*) from links").await, 1);
}

#[tokio::test]
async fn t01_no_sequence_of_gets_links_anything() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    let pending = browser.launch(&app.code("acme", "48213")).await.address;
    let ticket = browser.sign_in("jane@acme.example", PASSWORD).await.form("/link").fields[0].1.clone();
    for ending in ["", "/link", "/decline", "/sign-in", "/register", "/sign-out"] {
        browser.get(&format!("{pending}{ending}")).await;
        browser.get(&format!("{pending}{ending}?ticket={ticket}")).await;
    }
    browser.launch(&app.code("acme", "48213")).await;
    assert_eq!(app.count("select count(*) from links").await, 0);
    assert_eq!(browser.get(&pending).await.name(), "confirm", "nor is anything declined");
}

#[tokio::test]
async fn linking_ends_the_identitys_other_pending_visits_and_their_confirmations() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    app.account("eve@evil.example").await;
    let (mut one, mut two) = (Browser::new(&app), Browser::new(&app));
    one.launch(&app.code("acme", "48213")).await;
    two.launch(&app.code("acme", "48213")).await;
    let unconfirmed = two.sign_in("eve@evil.example", PASSWORD).await;
    one.sign_in("jane@acme.example", PASSWORD).await;
    assert_eq!(one.confirm().await.name(), "home");
    assert_eq!(two.post(&unconfirmed.form("/link")).await.status, StatusCode::CONFLICT);
    assert_eq!(two.get(&unconfirmed.address).await.status, StatusCode::CONFLICT);
    let home = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert!(home.shows("jane@acme.example"));
}

#[tokio::test]
async fn a_pending_visit_lasts_ten_minutes_and_belongs_to_the_browser_that_launched_it() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let pending = browser.launch(&app.code("acme", "48213")).await;
    let mut other = Browser::new(&app);
    let page = other.get(&pending.address).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNAUTHORIZED, "login"));
    assert!(!page.shows("Acme"), "reveals nothing about the visit");
    app.clock.advance(570);
    assert_eq!(browser.get(&pending.address).await.status, StatusCode::OK);
    app.clock.advance(30);
    let page = browser.get(&pending.address).await;
    assert_eq!((page.status, page.name()), (StatusCode::CONFLICT, "error"));
    assert!(page.shows("Acme Residential Management"), "it was this browser's visit");
    let input = [("name", "Jane Doe"), ("email", "jane@acme.example"), ("password", PASSWORD)];
    let expired = browser.post(&pending.form("/register").with(&input)).await;
    assert_eq!((expired.status, expired.name()), (StatusCode::CONFLICT, "error"));
    assert!(
        expired.shows("Jane Doe") && expired.shows("jane@acme.example") && !expired.shows(PASSWORD),
        "the page keeps the input"
    );
    let again = browser.launch(&app.code("acme", "48213")).await;
    assert_eq!(
        again.form("/register").fields[0],
        ("name".to_owned(), "Jane Doe".to_owned()),
        "the next launch fills it in"
    );
    let once = browser.get(&again.address).await;
    assert_eq!(once.form("/register").fields[0].1, "", "only once");
    let expired = other.post(&pending.form("/sign-in").with(&input)).await;
    assert_eq!((expired.status, expired.name()), (StatusCode::UNAUTHORIZED, "login"));
    assert!(expired.shows("value=\"jane@acme.example\"") && !expired.shows("Acme Residential"));
    assert_eq!(app.count("select count(*) from accounts").await, 0);
}

#[tokio::test]
async fn a_restart_between_sign_in_and_confirmation_loses_nothing() {
    let mut app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.launch(&app.code("acme", "48213")).await;
    browser.sign_in("jane@acme.example", PASSWORD).await;
    app.restart().await;
    browser.router = app.router.clone();
    let pending = browser.page.address.clone();
    assert_eq!(browser.get(&pending).await.name(), "confirm");
    assert_eq!(browser.confirm().await.name(), "home");
}

#[tokio::test]
async fn closed_registration_has_no_form_and_no_address() {
    let app = TestApp::with(&[("REGISTRATION", "closed")]).await;
    let mut browser = Browser::new(&app);
    let page = browser.launch(&app.code("acme", "48213")).await;
    assert!(!page.has_form("/register") && page.has_form("/sign-in"));
    let form = Form { action: format!("{}/register", page.address), fields: vec![] };
    let fields = [("name", "A"), ("email", "a@b.example"), ("password", PASSWORD)];
    assert_eq!(browser.post(&form.with(&fields)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.count("select count(*) from accounts").await, 0);
}
