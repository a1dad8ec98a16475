//! Leaving the frame: opening a visit in a new tab with a one-time ticket from our own page; and downloading files.

use axum::http::{Method, StatusCode};

use crate::tests::{app::TestApp, browser::Browser};

#[tokio::test]
async fn a_ticket_in_the_body_opens_a_new_tab_once() {
    let app = TestApp::start().await;
    let mut frame = app.linked("jane@acme.example", "acme", "48213").await;
    let form = frame.page.form("/tab");
    assert!(!form.action.contains('?') && form.fields.iter().any(|(name, _)| name == "ticket"));
    // A top-level tab is another cookie partition: it does not send the frame's cookie.
    let mut tab = Browser::new(&app);
    let opened = tab.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let address = opened.header("location").to_owned();
    assert!(address.starts_with("/v/") && !address.contains('?') && address != frame.page.address);
    assert!(tab.get(&address).await.shows("jane@acme.example"));
    let again = Browser::new(&app).post(&form).await;
    assert_eq!((again.status, again.name()), (StatusCode::CONFLICT, "error"));
    tab.submit("/sign-out", &[]).await;
    let home = frame.page.address.clone();
    assert_eq!(frame.get(&home).await.name(), "home", "each tab signs out separately");
    assert_eq!(
        Browser::new(&app).post(&frame.page.form("/tab")).await.name(),
        "home",
        "the next page has a new ticket"
    );
}

#[tokio::test]
async fn a_new_tabs_ticket_works_only_from_our_own_page_and_while_the_visit_is_open() {
    let app = TestApp::start().await;
    let mut frame = app.linked("jane@acme.example", "acme", "48213").await;
    let form = frame.page.form("/tab");
    for site in ["cross-site", "same-site", "none", ""] {
        let mut tab = Browser::new(&app);
        tab.headers = vec![("sec-fetch-site", site)];
        let refused = tab.send(Method::POST, &form.action, site, Some(&form)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{site}");
    }
    let made_up = form.clone().with(&[("ticket", "k1.AAAA")]);
    assert_eq!(Browser::new(&app).post(&made_up).await.status, StatusCode::CONFLICT);
    frame.submit("/sign-out", &[]).await;
    assert_eq!(Browser::new(&app).post(&form).await.status, StatusCode::CONFLICT, "the visit has ended");
    assert_eq!(app.count("select count(*) from browser_sessions").await, 0);
}

#[tokio::test]
async fn tabs_opened_from_tabs_end_seven_days_after_the_first_one_began() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    for _ in 0..14 {
        app.clock.advance(12 * 3600 - 60);
        let mut tab = Browser::new(&app);
        assert_eq!(tab.post(&browser.page.form("/tab")).await.name(), "home");
        browser = tab;
    }
    let last = browser.page.address.clone();
    app.clock.advance(15 * 60);
    assert_eq!(browser.get(&last).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_properties_download_as_a_file_without_formulas_and_only_in_their_visit() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let address = format!("{}/properties.csv", browser.page.address);
    assert!(browser.page.shows(&address));
    let file = browser.get(&address).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"properties.csv\"");
    assert_eq!(file.header("cache-control"), "no-store", "it depends on a session");
    assert!(file.shows("Company,ID,Name,Address\r\nAcme Residential Management,") && file.body.lines().count() == 13);
    assert_eq!(Browser::new(&app).get(&address).await.status, StatusCode::UNAUTHORIZED);
    let mut hostile = app.linked("eve@mallory.example", "mallory", "e0e0e0e0e0").await;
    let file = hostile.get(&format!("{}/properties.csv", hostile.page.address)).await;
    assert_eq!(file.status, StatusCode::OK);
    for cell in file.body.split(['\n', ',']) {
        assert!(!cell.trim_start_matches('"').starts_with(['=', '+', '-', '@']), "{cell}");
    }
}
