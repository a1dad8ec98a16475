//! Unlinking, linking from an open session, and changing the password: all require a password entered within the last
//! five minutes.

use axum::http::StatusCode;

use crate::{
    server::{
        account::VerifiedPassword,
        account_management::{self, ChangeError, reset_password},
        audit::ClientInfo,
        company,
        visit::{BrowserContext, SessionCredential, SignInEvidence},
    },
    tests::{
        app::{PASSWORD, TestApp},
        browser::{Browser, Form, Page},
    },
};

impl TestApp {
    /// Creates an account with two Entrata users. The returned browser shows home as the second one, of beech.
    pub async fn linked_twice(&self) -> Browser {
        let mut browser = self.linked("jane@acme.example", "acme", "48213").await;
        browser.launch(&self.code("beech", "48213")).await;
        browser.sign_in("jane@acme.example", PASSWORD).await;
        assert_eq!(browser.confirm().await.name(), "home");
        browser
    }

    /// Returns the ID of the only identity of a company.
    pub async fn identity(&self, subdomain: &str) -> String {
        let query = sqlx::query_scalar("select id from identities where subdomain = $1").bind(subdomain.to_owned());
        query.fetch_one(self.app.core.storage.reader().pool()).await.unwrap()
    }
}

impl Browser {
    /// Posts the form that unlinks an identity, with further fields such as the password.
    pub async fn unlink(&mut self, home: &str, identity: &str, more: &[(&str, &str)]) -> crate::tests::browser::Page {
        let fields = vec![("identity".to_owned(), identity.to_owned())];
        self.post(&Form { action: format!("{home}/unlink"), fields }.with(more)).await
    }
}

#[tokio::test]
async fn an_unlinked_entrata_user_is_unknown_again_its_visits_end_and_its_token_is_deleted() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let home = browser.page.address.clone();
    let mut elsewhere = Browser::new(&app);
    let acme = elsewhere.launch(&app.code("acme", "48213")).await;
    let page = browser.get(&format!("{home}/account")).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "account"));
    assert!(page.shows("acme.entrata.com") && page.shows("beech.entrata.com") && page.shows(">Current</span>"));
    let identity = app.identity("acme").await;
    let page = browser.unlink(&home, &identity, &[]).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "account"), "the password was just entered for the link");
    assert!(page.shows("Entrata user unlinked") && !page.shows("acme.entrata.com"));
    assert_eq!(elsewhere.get(&acme.address).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.get(&home).await.name(), "home", "the other visit goes on");
    assert_eq!(app.count("select count(*) from identities where length(token) = 0 and token_key = ''").await, 1);
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "login");
    let events = app.events().await;
    assert!(events.ends_with(&["unlinked".into(), "session_ended".into(), "session_ended".into()]), "{events:?}");
}

#[tokio::test]
async fn unlinking_requires_a_password_at_most_five_minutes_old() {
    let app = TestApp::start().await;
    let mut browser = app.linked_twice().await;
    let (home, identity) = (browser.page.address.clone(), app.identity("acme").await);
    app.clock.advance(301);
    let page = browser.get(&format!("{home}/account")).await;
    assert!(page.form("/unlink").fields.iter().any(|(name, _)| name == "password"));
    for (password, status) in [("", StatusCode::UNPROCESSABLE_ENTITY), ("wrong password", StatusCode::UNAUTHORIZED)] {
        let page = browser.unlink(&home, &identity, &[("password", password)]).await;
        assert_eq!((page.status, page.name()), (status, "account"));
    }
    assert_eq!(app.count("select count(*) from links").await, 2);
    let before = browser.cookie.clone();
    let mut old = browser.clone();
    assert_eq!(browser.unlink(&home, &identity, &[("password", PASSWORD)]).await.status, StatusCode::OK);
    assert_eq!(app.count("select count(*) from links").await, 1);
    assert_ne!(browser.cookie, before, "a new id at every password (T7)");
    assert_eq!(old.get(&home).await.status, StatusCode::UNAUTHORIZED, "and the old one is invalid");
}

#[tokio::test]
async fn a_launched_visit_requires_the_password_before_unlinking() {
    let app = TestApp::start().await;
    app.linked_twice().await;
    let mut browser = Browser::new(&app);
    let home = browser.launch(&app.code("acme", "48213")).await.address;
    let identity = app.identity("beech").await;
    let page = browser.unlink(&home, &identity, &[]).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "account"));
    assert!(page.shows("Enter your password"));
    let page = browser.unlink(&home, &identity, &[("password", PASSWORD)]).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "account"));
    let page = browser.unlink(&home, &app.identity("acme").await, &[("reason", "not-me")]).await;
    assert_eq!(page.name(), "login", "the visit belonged to that user");
    assert_eq!(app.count("select count(*) from links").await, 0);
}

#[tokio::test]
async fn t24_of_the_last_two_links_removed_at_once_one_stays() {
    for round in 0..6 {
        let app = TestApp::start().await;
        let browser = app.linked_twice().await;
        let home = browser.page.address.clone();
        let (acme, beech) = (app.identity("acme").await, app.identity("beech").await);
        let (mut one, mut two) = (browser.clone(), browser.clone());
        let (first, second) = if round % 2 == 0 { (acme, beech) } else { (beech, acme) };
        tokio::join!(one.unlink(&home, &first, &[]), two.unlink(&home, &second, &[]));
        assert_eq!(app.count("select count(*) from links").await, 1, "round {round}");
    }
}

#[tokio::test]
async fn the_last_link_cannot_be_removed_unless_the_user_did_not_make_it() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let (home, identity) = (browser.page.address.clone(), app.identity("acme").await);
    let page = browser.unlink(&home, &identity, &[]).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "account"));
    assert!(page.shows("You can’t unlink your only Entrata user"));
    assert_eq!(app.count("select count(*) from links").await, 1);
    let history = browser.get(&format!("{home}/history")).await;
    let page = browser.post(&history.form("/unlink")).await;
    assert_eq!(page.name(), "login");
    assert_eq!(app.count("select count(*) from links").await, 0);
    assert!(app.events().await.contains(&"disowned".to_owned()));
}

#[tokio::test]
async fn t01_a_link_made_by_an_attacker_is_shown_and_removing_it_ends_its_sessions() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    // Eve learns Jane's password and links her own Entrata user to Jane's account.
    let mut eve = Browser::new(&app);
    eve.launch(&app.code("beech", "00d41e77a2")).await;
    eve.sign_in("jane@acme.example", PASSWORD).await;
    let eves_home = eve.confirm().await;
    app.clock.advance(3_600);
    let mut jane = Browser::new(&app);
    let home = jane.launch(&app.code("acme", "48213")).await;
    assert!(home.shows("…77a2") && home.shows("was linked to your account") && home.shows("1 hour ago"));
    let history = jane.get(&format!("{}/history", home.address)).await;
    assert!(history.shows("This wasn’t me"));
    let form = history.form("/unlink").with(&[("password", PASSWORD)]);
    assert!(form.fields.iter().any(|(name, value)| name == "reason" && value == "not-me"));
    jane.post(&form).await;
    assert_eq!(eve.get(&eves_home.address).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(Browser::new(&app).launch(&app.code("beech", "00d41e77a2")).await.name(), "login");
    assert_eq!(jane.get(&home.address).await.name(), "home");
    assert!(!jane.get(&home.address).await.shows("was linked to your account"));
}

#[tokio::test]
async fn no_one_unlinks_another_accounts_entrata_user() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let mut eve = app.linked("eve@evil.example", "beech", "48213").await;
    let home = eve.page.address.clone();
    eve.unlink(&home, &app.identity("acme").await, &[("reason", "not-me")]).await;
    assert_eq!(app.count("select count(*) from links").await, 2);
}

#[tokio::test]
async fn a_user_who_just_entered_the_password_links_another_entrata_user_without_it() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let pending = browser.launch(&app.code("beech", "48213")).await;
    assert!(pending.shows("jane@acme.example") && pending.has_form("/continue"));
    let confirm = browser.submit("/continue", &[]).await;
    assert_eq!(confirm.name(), "confirm", "both sides are named here, too");
    assert_eq!(browser.confirm().await.name(), "home");
    app.clock.advance(301);
    let late = browser.launch(&app.code("acme", "51877")).await;
    assert!(!late.has_form("/continue"));
    let page = browser.post(&Form { action: format!("{}/continue", late.address), ..pending.form("/continue") }).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "login"));
    let mut other = Browser::new(&app);
    let theirs = other.launch(&app.code("acme", "51877")).await;
    let page = other.post(&Form { action: format!("{}/continue", theirs.address), ..pending.form("/continue") }).await;
    assert_eq!((page.status, page.name()), (StatusCode::UNPROCESSABLE_ENTITY, "login"), "another browser's visit");
    assert_eq!(app.count("select count(*) from links").await, 2);
}

#[tokio::test]
async fn continuing_without_a_password_is_recorded_as_such_and_home_warns_only_of_links_made_elsewhere() {
    let app = TestApp::start().await;
    let warns = |page: &Page| page.shows("was linked to your account");
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    browser.launch(&app.code("beech", "48213")).await;
    browser.submit("/continue", &[]).await;
    let home = browser.confirm().await;
    assert!(home.name() == "home" && !warns(&home), "both links were made in this browser session");
    assert!(app.events().await.ends_with(&["continued".to_owned(), "linked".to_owned()]));
    let history = browser.get(&format!("{}/history", home.address)).await;
    assert_eq!(history.body.matches("Continued as the signed-in account").count(), 1);
    assert_eq!(history.body.matches("Signed in with password").count(), 1, "only the first time");

    let mut elsewhere = Browser::new(&app);
    let elsewhere_page = elsewhere.launch(&app.code("acme", "48213")).await;
    assert!(warns(&elsewhere_page) && elsewhere_page.shows("Beech"), "another browser can't know who made it");

    // The user is unlinked here and linked again elsewhere: this browser did not make the new link.
    let identity = app.identity("beech").await;
    let first = browser.launch(&app.code("acme", "48213")).await.address;
    browser.unlink(&first, &identity, &[("password", PASSWORD)]).await;
    app.clock.advance(60);
    let mut eve = Browser::new(&app);
    eve.launch(&app.code("beech", "48213")).await;
    eve.sign_in("jane@acme.example", PASSWORD).await;
    eve.confirm().await;
    let home = browser.get(&first).await;
    assert!(home.name() == "home" && warns(&home) && home.shows("Beech"));

    app.clock.advance(7 * 86_400 + 1);
    let elsewhere_page = elsewhere.launch(&app.code("acme", "48213")).await;
    assert!(elsewhere_page.name() == "home" && !warns(&elsewhere_page), "no warning after a week");
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_unconfirmed_sign_ins() {
    let app = TestApp::with(&[("NEW_BROWSER", "ask")]).await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let mut elsewhere = Browser::new(&app);
    elsewhere.get("/login").await;
    let elsewhere_page = elsewhere.sign_in("jane@acme.example", PASSWORD).await;
    let mut unconfirmed = Browser::new(&app);
    unconfirmed.launch(&app.code("beech", "48213")).await;
    let confirm = unconfirmed.sign_in("jane@acme.example", PASSWORD).await;
    let change = |current: &str, new: &str| Form {
        action: format!("{home}/password"),
        fields: vec![("password".into(), current.into()), ("new_password".into(), new.into())],
    };
    for (current, new, status) in [
        ("wrong password", "another fine password", StatusCode::UNAUTHORIZED),
        ("", "another fine password", StatusCode::UNPROCESSABLE_ENTITY),
        (PASSWORD, "short", StatusCode::UNPROCESSABLE_ENTITY),
        (PASSWORD, "Password1234", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let page = browser.post(&change(current, new)).await;
        assert_eq!((page.status, page.name()), (status, "account"), "{current} → {new}");
    }
    assert_eq!(elsewhere.get(&elsewhere_page.address).await.name(), "home");
    let before = browser.cookie.clone();
    let page = browser.post(&change(PASSWORD, "another fine password")).await;
    assert!(page.name() == "account" && page.shows("Password changed"));
    assert_ne!(browser.cookie, before);
    assert_eq!(elsewhere.get(&elsewhere_page.address).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(unconfirmed.post(&confirm.form("/link")).await.status, StatusCode::CONFLICT);
    assert_eq!(app.count("select count(*) from known_browsers").await, 0);
    assert_eq!(browser.get(&home).await.name(), "home");
    let mut back = Browser::new(&app);
    back.get("/login").await;
    assert_eq!(back.sign_in("jane@acme.example", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(back.sign_in("jane@acme.example", "another fine password").await.name(), "home");
    assert!(app.events().await.contains(&"password_changed".to_owned()));
}

#[tokio::test]
async fn a_password_verified_before_a_password_change_is_no_longer_accepted() {
    let app = TestApp::start().await;
    let browser = app.linked("jane@acme.example", "acme", "48213").await;
    let mut pending = Browser::new(&app);
    let address = pending.launch(&app.code("beech", "48213")).await.address;
    let (core, hasher) = (&app.app.core, &app.app.hasher);
    let (visits, client) = (&app.app.visits, ClientInfo::command_line());
    let verified = app.app.authenticator.sign_in("jane@acme.example", PASSWORD.into(), None, &client).await.unwrap();
    let other = VerifiedPassword::for_operator(core, "jane@acme.example").await.unwrap().unwrap();
    let visit = visits
        .open(&address.trim_start_matches("/v/").into(), credential(&app, &pending).await.as_ref())
        .await
        .unwrap();
    reset_password(core, hasher, other, "another fine password".into(), client.clone()).await.unwrap();
    // The check was right when it was made; it is rechecked inside the transaction.
    assert!(visits.begin(verified.clone(), BrowserContext::default()).await.is_err());
    let here = credential(&app, &pending).await.unwrap();
    assert!(visits.sign_in(&visit, SignInEvidence::Password(verified.clone()), &here, client.clone()).await.is_err());
    let late = reset_password(core, hasher, verified, "a third fine password".into(), client).await;
    assert!(matches!(late, Err(ChangeError::Over)));
    let open_visits = "select count(*) from visits where account_id is not null and ended_at is null";
    assert_eq!(app.count(open_visits).await + app.count("select count(*) from unconfirmed_links").await, 0);
    assert_eq!(browser.clone().get(&browser.page.address).await.status, StatusCode::UNAUTHORIZED);
}

/// Returns the session credential of a browser's cookie.
async fn credential(app: &TestApp, browser: &Browser) -> Option<SessionCredential> {
    let found = app.app.visits.browser(browser.cookie.as_deref()?).await.unwrap()?;
    let (session_id, number, verified) = (found.session_id, found.number, found.verified);
    Some(SessionCredential::Cookie(crate::server::visit::Browser { session_id, number, verified }))
}

#[tokio::test]
async fn disabling_and_enabling_an_account_restores_neither_sessions_nor_confirmations() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let mut unconfirmed = Browser::new(&app);
    unconfirmed.launch(&app.code("beech", "48213")).await;
    let confirm = unconfirmed.sign_in("jane@acme.example", PASSWORD).await;
    let events = app.events().await.len();
    let (core, email, client) = (&app.app.core, "JANE@acme.example", ClientInfo::command_line());
    let disable = || account_management::disable(core, email, client.clone());
    let enable = || account_management::enable(core, email, client.clone());
    assert!(enable().await.unwrap(), "it is on");
    assert_eq!(browser.get(&home).await.name(), "home", "so nothing changes");
    assert!(disable().await.unwrap() && disable().await.unwrap());
    assert_eq!(browser.get(&home).await.status, StatusCode::FORBIDDEN);
    assert!(enable().await.unwrap());
    assert_ne!(browser.get(&home).await.status, StatusCode::OK);
    assert_eq!(unconfirmed.post(&confirm.form("/link")).await.status, StatusCode::CONFLICT);
    assert_eq!(app.events().await[events..], ["account_disabled", "account_enabled", "session_ended"]);
    let mut back = Browser::new(&app);
    let there = back.launch(&app.code("acme", "48213")).await.address;
    assert!(company::disable(&app.app.core, "ACME", ClientInfo::command_line()).await.unwrap());
    assert_eq!(back.get(&there).await.status, StatusCode::FORBIDDEN);
    assert!(company::enable(&app.app.core, "ACME", ClientInfo::command_line()).await.unwrap());
    assert_ne!(back.get(&there).await.status, StatusCode::OK);
    assert!(!company::disable(&app.app.core, "nobody", ClientInfo::command_line()).await.unwrap());
}

#[tokio::test]
async fn any_number_of_open_visits_are_ended_and_recorded_and_new_tabs_are_limited() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let mut other = app.linked("marcus@beech.example", "beech", "48213").await;
    for _ in 0..205 {
        Browser::new(&app).launch(&app.code("acme", "48213")).await;
    }
    let tab = browser.page.form("/tab");
    let refused = browser.send(axum::http::Method::POST, &tab.action, "same-origin", Some(&tab)).await;
    assert_eq!((refused.status, refused.name()), (StatusCode::CONFLICT, "error"), "no more tabs");
    assert!(
        refused.shows("Too many sessions are open") && !refused.shows("was already used"),
        "the page says what helps"
    );
    browser.submit_at(&format!("{}/sign-out-everywhere", browser.page.address)).await;
    assert_eq!(app.count("select count(*) from visits where ended_at is null").await, 1);
    assert_eq!(app.count("select count(*) from browser_sessions").await, 1);
    assert_eq!(app.count("select count(distinct visit_id) from audit where what = 'session_ended'").await, 206);
    assert_eq!(other.get(&other.page.address.clone()).await.name(), "home");
}

#[tokio::test]
async fn a_user_without_cookies_unlinks_and_changes_the_password_by_bearer() {
    let app = TestApp::start().await;
    app.linked_twice().await;
    let mut browser = Browser { keeps_cookies: false, ..Browser::new(&app) };
    let home = browser.launch(&app.code("acme", "48213")).await.address;
    browser.cookie_probe().await;
    let before = browser.bearer.clone();
    let page = browser.unlink(&home, &app.identity("beech").await, &[("password", PASSWORD)]).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "account"));
    assert_ne!(browser.bearer, before, "renewed by the password");
    let fields = vec![("password".into(), PASSWORD.into()), ("new_password".into(), "another fine password".into())];
    let page = browser.post(&Form { action: format!("{home}/password"), fields }).await;
    assert!(page.shows("Password changed"));
    assert_eq!(browser.get(&home).await.name(), "home");
}
