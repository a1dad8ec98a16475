//! Latchkey as Syncaroo's provider: from Syncaroo's link to the approval.

use axum::http::{Method, StatusCode};

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::Browser,
    syncaroo::{CLIENT_ID, REDIRECT, REDIRECT_WITH_QUERY, authorize, parameter, start},
};

#[tokio::test]
async fn a_signed_in_user_sees_what_is_shared_and_nothing_is_issued_before_the_click() {
    let app = start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let page = browser.get(&authorize(&[])).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "consent"));
    let properties = app.world.staff("acme", "48213").unwrap().properties;
    assert!(page.shows("Syncaroo") && page.shows("jane@acme.example") && page.shows("jane Doe"));
    assert!(!properties.is_empty() && properties.iter().all(|one| page.shows_text(&one.name)), "{}", page.body);
    assert!(page.has_form("/approve") && page.has_form("/deny") && page.shows("Use another account"));
    assert_eq!(app.count("select count(*) from provider_grants").await, 0);
}

#[tokio::test]
async fn signing_in_leads_back_to_the_same_request() {
    let app = start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    let page = browser.get(&authorize(&[("connectionId", "4711"), ("redirectUri", REDIRECT_WITH_QUERY)])).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNAUTHORIZED, "login"));
    let wrong = browser.sign_in("jane@acme.example", "wrong").await;
    assert_eq!((wrong.status, wrong.name()), (StatusCode::UNAUTHORIZED, "login"));
    let page = browser.sign_in("jane@acme.example", PASSWORD).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "consent"));
    let to = browser.post_consent("/approve").await;
    assert!(to.starts_with("https://app.syncaroo.com/connection?tenant=7&connectionId=4711&code="), "{to}");
}

#[tokio::test]
async fn signing_in_leads_nowhere_that_the_form_could_name() {
    let app = start().await;
    app.account("jane@acme.example").await;
    let mut browser = Browser::new(&app);
    browser.get(&authorize(&[])).await;
    let values = [("email", "jane@acme.example"), ("password", PASSWORD), ("redirectUri", "https://evil.example/")];
    let form = browser.page.form("/sign-in").with(&values);
    let page = browser.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!((page.status, page.name()), (StatusCode::BAD_REQUEST, "error"));
    assert_eq!(page.header("location"), "");
}

#[tokio::test]
async fn approving_returns_to_syncaroo_with_the_connection_and_a_code() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    browser.get(&authorize(&[])).await;
    let to = browser.post_consent("/approve").await;
    let code = parameter(&to, "code").unwrap();
    assert_eq!(to, format!("{REDIRECT}?connectionId=99&code={code}"));
    assert!(code.len() >= 43);
}

#[tokio::test]
async fn denying_returns_to_syncaroo_without_a_code() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    browser.get(&authorize(&[])).await;
    assert_eq!(browser.post_consent("/deny").await, format!("{REDIRECT}?connectionId=99&error=access_denied"));
    assert_eq!(app.count("select count(*) from provider_grants").await, 0);
    // The denial spent the ticket.
    assert_eq!(browser.answer_consent("/approve").await.status, StatusCode::CONFLICT);
    assert_eq!(app.count("select count(*) from provider_grants").await, 0);
}

/// OpenID conformance: EnsureRegisteredRedirectUri, RedirectUriQueryAdded, ResponseTypeMissing.
#[tokio::test]
async fn an_invalid_request_shows_an_error_and_never_redirects() {
    let app = start().await;
    let mut signed_in = app.signed_in("jane@acme.example").await;
    let mut signed_out = Browser::new(&app);
    for changes in [
        [("clientId", "other")],
        [("clientId", "")],
        [("redirectUri", "https://evil.example/connection")],
        [("redirectUri", "")],
        [("redirectUri", "https://app.syncaroo.com/connection/")],
        [("redirectUri", "https://app.syncaroo.com/connection?added=1")],
        [("redirectUri", "https://app.syncaroo.com/connection?tenant=7&added=1")],
        [("redirectUri", "https://APP.syncaroo.com/connection")],
        [("redirectUri", "https://app.syncaroo.com/connection#")],
        [("responseType", "")],
        [("responseType", "token")],
        [("responseType", "code token")],
        [("connectionId", "")],
        [("connectionId", "99a")],
        [("connectionId", "-99")],
        [("connectionId", "9999999999999999999999")],
    ] {
        for browser in [&mut signed_in, &mut signed_out] {
            let page = browser.send(Method::GET, &authorize(&changes), "cross-site", None).await;
            assert_eq!((page.status, page.name()), (StatusCode::BAD_REQUEST, "error"), "{changes:?}");
            assert_eq!(page.header("location"), "");
            assert!(!page.shows("evil.example"));
        }
    }
    let twice = format!("{}&redirectUri=https%3A%2F%2Fevil.example%2F", authorize(&[]));
    assert_eq!(signed_in.get(&twice).await.status, StatusCode::BAD_REQUEST);
    let snake = format!(
        "/api/oauth/authorize?connection_id=99&client_id={CLIENT_ID}&redirect_uri={REDIRECT}&response_type=code"
    );
    assert_eq!(signed_in.get(&snake).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_consent_page_may_redirect_to_syncaroo_and_be_framed_by_nobody() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let home = browser.page.clone();
    let page = browser.get(&authorize(&[])).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://app.syncaroo.com;"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(home.header("content-security-policy").contains("form-action 'self';"));
    let form = page.body.split("<form").find(|form| form.contains("/approve")).unwrap();
    assert!(form.contains("target=\"_top\""), "the frame's script must not follow the redirect: {form}");
}

#[tokio::test]
async fn a_consent_form_works_once_in_its_own_browser_for_its_own_request_and_for_ten_minutes() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let mut other = app.signed_in("joe@acme.example").await;
    browser.get(&authorize(&[])).await;
    let form = browser.page.form("/approve");
    let grants = "select count(*) from provider_grants";
    // Another browser, also when it is signed in, and one without a session.
    let page = other.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNAUTHORIZED, "login"));
    let page = Browser::new(&app).send(Method::POST, &form.action, "same-origin", Some(&form)).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    // Another site.
    assert_eq!(browser.send(Method::POST, &form.action, "cross-site", Some(&form)).await.status, StatusCode::FORBIDDEN);
    // Altered, missing.
    let ticket = form.fields[0].1.clone();
    let altered = ticket.replacen(ticket.chars().last().unwrap(), "_", 1) + "-";
    for bad in [
        form.clone().with(&[("ticket", &altered)]),
        form.clone().with(&[("ticket", "")]),
        form.clone().without("ticket"),
    ] {
        let page = browser.send(Method::POST, &form.action, "same-origin", Some(&bad)).await;
        assert_eq!((page.status, page.name()), (StatusCode::CONFLICT, "error"));
    }
    assert_eq!(app.count(grants).await, 0);
    // Once.
    assert_eq!(browser.answer_consent("/approve").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.answer_consent("/approve").await.status, StatusCode::CONFLICT);
    assert_eq!(app.count(grants).await, 1);
    // Late.
    browser.get(&authorize(&[("connectionId", "100")])).await;
    app.clock.advance(601);
    assert_eq!(browser.answer_consent("/approve").await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_consent_form_whose_person_signed_out_meanwhile_approves_nothing() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    let mut tab = browser.clone();
    tab.get(&authorize(&[])).await;
    browser.submit("/sign-out", &[]).await;
    let page = tab.answer_consent("/approve").await;
    assert!(matches!(page.status.as_u16(), 401 | 409), "{}", page.status);
    assert_eq!(app.count("select count(*) from provider_grants").await, 0);
}

#[tokio::test]
async fn with_several_accounts_in_the_browser_the_person_chooses() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    app.account("joe@acme.example").await;
    browser.get("/login").await;
    browser.sign_in("joe@acme.example", PASSWORD).await;
    let page = browser.get(&authorize(&[])).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "visits"));
    assert!(page.shows("jane@acme.example") && page.shows("joe@acme.example"));
    let links: Vec<String> = page
        .body
        .split("<a href=\"/api/oauth/authorize")
        .skip(1)
        .map(|rest| format!("/api/oauth/authorize{}", rest.split('"').next().unwrap().replace("&amp;", "&")))
        .collect();
    assert_eq!(links.len(), 3, "{}", page.body);
    let consent = browser.get(&links[1]).await;
    assert_eq!(consent.name(), "consent");
    assert!(consent.shows("jane@acme.example") && !consent.shows("joe@acme.example"));
    // The last link signs in to another account.
    app.account("jim@acme.example").await;
    let login = browser.get(&links[2]).await;
    assert_eq!((login.status, login.name()), (StatusCode::OK, "login"));
    let consent = browser.sign_in("jim@acme.example", PASSWORD).await;
    assert!(consent.name() == "consent" && consent.shows("jim@acme.example"), "{}", consent.body);
}

#[tokio::test]
async fn another_browsers_visit_in_the_address_reveals_nothing() {
    let app = start().await;
    let jane = app.signed_in("jane@acme.example").await;
    let visit = jane.page.address.trim_start_matches("/v/").to_owned();
    let mut joe = app.signed_in("joe@acme.example").await;
    let page = joe.get(&format!("{}&visit={visit}", authorize(&[]))).await;
    assert!(page.name() == "consent" && page.shows("joe@acme.example") && !page.shows("jane@acme.example"));
}

#[tokio::test]
async fn a_disabled_account_is_not_asked() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    browser.get(&authorize(&[])).await;
    app.disable_account("jane@acme.example").await;
    assert_ne!(browser.answer_consent("/approve").await.status, StatusCode::SEE_OTHER);
    assert_ne!(browser.get(&authorize(&[])).await.name(), "consent");
    assert_eq!(app.count("select count(*) from provider_grants").await, 0);
}

#[tokio::test]
async fn without_its_settings_the_provider_does_not_exist() {
    let app = TestApp::start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    assert_eq!(browser.get(&authorize(&[])).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.syncaroo().exchange("code").await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.syncaroo().status("token").await, StatusCode::NOT_FOUND);
    assert_eq!(app.syncaroo().update("token", "{}").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_account_approves_at_most_a_hundred_connections() {
    let app = start().await;
    let mut browser = app.signed_in("jane@acme.example").await;
    for connection in 1..=100 {
        browser.approve(&connection.to_string()).await;
    }
    browser.get(&authorize(&[("connectionId", "101")])).await;
    let page = browser.answer_consent("/approve").await;
    assert_eq!((page.status, page.name()), (StatusCode::CONFLICT, "error"));
    // Unused approvals expire, and one of the hundred can be approved again.
    browser.approve("100").await;
    app.clock.advance(61);
    browser.approve("101").await;
}
