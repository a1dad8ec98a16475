//! What people leave behind who never link: accounts (threat T31), tokens (T33); and two launches of one person at once
//! (T34).

use std::time::Duration;

use axum::http::StatusCode;
use latchkey_sandbox::entrata::{Fault, Property, Target, Times};
use tokio::time::{Instant, sleep};

use crate::{
    server::{account::ClientInfo, identity::Removed},
    tests::{
        app::{PASSWORD, TestApp},
        browser::{Browser, Page},
    },
};

const DAY: i64 = 24 * 60 * 60;
const WITH_TOKEN: &str = "select count(*) from identities where token_key <> '' and length(token) > 0";
const ACCOUNTS: &str = "select count(*) from accounts";

impl TestApp {
    /// What the server does once a minute.
    async fn swept(&self) {
        self.app.visits.sweep().await.unwrap();
        self.app.accounts.sweep_never_linked().await.unwrap();
    }

    /// What `links remove` does.
    async fn remove(&self, subdomain: &str, user_id: &str) -> Option<Removed> {
        self.transfer().remove(subdomain, user_id, ClientInfo::command_line()).await.unwrap()
    }

    /// A pending visit in which an account was registered; its confirmation is not made.
    async fn registered(&self, email: &str) -> Browser {
        let mut browser = Browser::new(self);
        browser.launch(&self.code("acme", "48213")).await;
        let page = register(&mut browser, email).await;
        assert_eq!(page.name(), "confirm");
        browser
    }
}

async fn register(browser: &mut Browser, email: &str) -> Page {
    browser.submit("/register", &[("name", "Jane Doe"), ("email", email), ("password", PASSWORD)]).await
}

#[tokio::test]
async fn t31_from_one_pending_visit_five_accounts_are_registered_and_no_sixth() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let form = browser.launch(&app.code("acme", "48213")).await.form("/register");
    for n in 0..60 {
        let email = format!("squatter-{n}@acme.example");
        let form = form.clone().with(&[("name", "Jane Doe"), ("email", &email), ("password", PASSWORD)]);
        let page = browser.post(&form).await;
        if n < 5 {
            assert_eq!((page.status, page.name()), (StatusCode::OK, "confirm"), "{n}");
        } else {
            assert_eq!((page.status, page.name()), (StatusCode::CONFLICT, "error"), "{n}");
            assert!(page.shows("Five accounts were created"), "{}", page.body);
        }
    }
    assert_eq!(app.count(ACCOUNTS).await, 5);
    app.clock.advance(60);
    let taken = app.registered("jane@acme.example").await;
    assert_eq!(taken.page.name(), "confirm", "a new launch may register again");
}

#[tokio::test]
async fn t31_many_registrations_at_once_are_no_way_around_the_limit() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let form = browser.launch(&app.code("acme", "48213")).await.form("/register");
    let posts = (0..20).map(|n| {
        let email = format!("squatter-{n}@acme.example");
        let form = form.clone().with(&[("name", "Jane Doe"), ("email", &email), ("password", PASSWORD)]);
        let mut browser = browser.clone();
        async move { browser.post(&form).await.status }
    });
    futures_util::future::join_all(posts).await;
    assert!((1..=5).contains(&app.count(ACCOUNTS).await));
}

#[tokio::test]
async fn t31_an_account_that_was_registered_and_never_linked_is_swept_after_a_day() {
    let app = TestApp::start().await;
    app.account("added@acme.example").await;
    app.linked("linked@beech.example", "beech", "48213").await;
    let mut browser = app.registered("jane@acme.example").await;
    app.clock.advance(DAY - 120);
    app.swept().await;
    assert_eq!(app.count(ACCOUNTS).await, 3);
    // Signed in a moment before its time is over, about to confirm.
    browser.launch(&app.code("acme", "48213")).await;
    assert_eq!(browser.sign_in("jane@acme.example", PASSWORD).await.name(), "confirm");
    app.clock.advance(120);
    app.swept().await;
    assert_eq!(app.count(ACCOUNTS).await, 3, "not while its confirmation waits");
    app.clock.advance(10 * 60);
    app.swept().await;
    assert_eq!(app.count(ACCOUNTS).await, 2, "but the operator's and the linked one stay");
    assert_eq!(app.count("select count(*) from accounts where email like 'jane%'").await, 0);
    assert_eq!(app.count("select count(*) from audit where what = 'registration_expired'").await, 1);
    let mut again = app.registered("jane@acme.example").await;
    assert_eq!(again.confirm().await.name(), "home", "the e-mail is free again");
    app.clock.advance(2 * DAY);
    app.swept().await;
    assert_eq!(app.count(ACCOUNTS).await, 3);
}

#[tokio::test]
async fn t31_an_account_that_was_linked_once_is_not_swept() {
    let app = TestApp::start().await;
    let mut browser = app.registered("jane@acme.example").await;
    assert_eq!(browser.confirm().await.name(), "home");
    let remove = |subdomain: &'static str| app.remove(subdomain, "48213");
    assert!(remove("acme").await.is_some());
    let mut imported = Browser::new(&app);
    imported.launch(&app.code("beech", "48213")).await;
    register(&mut imported, "bo@beech.example").await;
    let file = "subdomain,user_id,email\nbeech,48213,bo@beech.example\n";
    app.transfer().import(file.as_bytes(), true, &ClientInfo::command_line(), |_, _| {}).await.unwrap();
    assert!(remove("beech").await.is_some());
    app.clock.advance(2 * DAY);
    app.swept().await;
    assert_eq!((app.count(ACCOUNTS).await, app.count("select count(*) from links").await), (2, 0));
}

#[tokio::test]
async fn t31_an_account_that_an_operator_looked_after_is_not_swept() {
    let app = TestApp::start().await;
    for email in ["jane@acme.example", "jim@acme.example"] {
        app.registered(email).await;
    }
    app.app.accounts.set_enabled("jane@acme.example", true, ClientInfo::command_line()).await.unwrap();
    let found = app.app.accounts.of_operator("jim@acme.example").await.unwrap().unwrap();
    let password = "another plain sentence".to_owned().into();
    assert!(app.app.accounts.change_password(found, None, password, ClientInfo::command_line()).await.is_ok());
    app.clock.advance(2 * DAY);
    app.swept().await;
    assert_eq!(app.count(ACCOUNTS).await, 2);
}

#[tokio::test]
async fn t31_an_operator_deletes_an_account_as_the_person_would() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    app.account("lee@acme.example").await;
    let client = ClientInfo::command_line();
    assert!(app.app.accounts.delete_as_operator("nobody@acme.example", client.clone()).await.unwrap().is_none());
    let done = app.app.accounts.delete_as_operator(" JANE@acme.example ", client).await.unwrap().unwrap();
    assert_eq!((done.account.email.as_str(), done.visits), ("jane@acme.example", 1));
    assert_eq!(done.links.iter().map(|l| l.identity.user_id.as_str()).collect::<Vec<_>>(), ["48213"]);
    assert_eq!(browser.get(&home).await.status, StatusCode::UNAUTHORIZED);
    for (table, rows) in [
        (ACCOUNTS, 1),
        ("select count(*) from identities", 0),
        ("select count(*) from links", 0),
        ("select count(*) from visits", 0),
        ("select count(*) from audit where what = 'account_deleted' and browser = 'Command line'", 1),
        ("select count(*) from audit where what = 'linked' and browser <> ''", 0),
    ] {
        assert_eq!(app.count(table).await, rows, "{table}");
    }
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "login");
}

#[tokio::test]
async fn an_operator_removes_a_link_and_its_visits_end() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    let remove = |subdomain: &'static str, user_id: &'static str| app.remove(subdomain, user_id);
    assert_eq!(remove("acme", "51877").await, None);
    assert_eq!(remove("beech", "48213").await, None);
    let removed = remove("ACME", "48213").await.unwrap();
    assert_eq!((removed.email.as_str(), removed.visits), ("jane@acme.example", 1));
    assert_eq!(browser.get(&home).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!((app.count(ACCOUNTS).await, app.count(WITH_TOKEN).await), (1, 0), "though it is the last one");
    let row =
        "select count(*) from audit where what = 'unlinked' and browser = 'Command line' and account_id is not null";
    assert_eq!(app.count(row).await, 1);
    assert_eq!(app.count("select count(*) from audit where what = 'session_ended'").await, 1);
    assert_eq!(remove("acme", "48213").await, None);
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "login");
}

#[tokio::test]
async fn t33_the_token_of_somebody_who_never_linked_goes_when_the_pending_visit_ends() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    Browser::new(&app).launch(&app.code("acme", "51877")).await;
    let mut declined = Browser::new(&app);
    declined.launch(&app.code("beech", "48213")).await;
    declined.sign_in("jane@acme.example", PASSWORD).await;
    declined.submit("/decline", &[]).await;
    app.clock.advance(9 * 60);
    app.swept().await;
    assert_eq!(app.count(WITH_TOKEN).await, 3, "needed while somebody may still link");
    app.clock.advance(61);
    app.swept().await;
    assert_eq!(app.count(WITH_TOKEN).await, 1, "the linked one's");
    assert_eq!(app.count("select count(*) from identities where token_expires_at is null").await, 2);
    let linked = "select count(*) from identities i join links l on l.identity_id = i.id where i.token_key <> ''";
    assert_eq!(app.count(linked).await, 1);
    let mut later = Browser::new(&app);
    later.launch(&app.code("acme", "51877")).await;
    later.sign_in("jane@acme.example", PASSWORD).await;
    assert_eq!(later.confirm().await.name(), "home");
    app.clock.advance(11 * 60);
    app.swept().await;
    assert_eq!(app.count(WITH_TOKEN).await, 2);
}

#[tokio::test]
async fn t34_of_two_launches_at_once_the_one_that_began_later_counts() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let before = app.world.user_infos();
    // The first one's answer names what was so then, and comes late.
    app.world.set_properties("acme", "48213", vec![Property::new(1, "The older one", "1 Oak St")]);
    app.world.rename_company("acme", "Acme of yesterday");
    app.world.set_fault(Target::UserInfo, Fault::Slow(Duration::from_millis(1500)), Times::Next(1));
    let (router, code) = (Browser::new(&app), app.code("acme", "48213"));
    let slow = tokio::spawn(async move {
        let mut browser = router;
        browser.launch(&code).await
    });
    let until = Instant::now() + Duration::from_secs(5);
    while app.world.user_infos() == before {
        assert!(Instant::now() < until);
        sleep(Duration::from_millis(10)).await;
    }
    app.clock.advance(1);
    app.world.set_properties("acme", "48213", vec![Property::new(2, "The newer one", "2 Oak St")]);
    app.world.rename_company("acme", "Acme of today");
    let fast = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert!(fast.shows("The newer one") && fast.shows("Acme of today"), "{}", fast.body);
    let token = "select count(*) from identities where token = (select token from kept)";
    app.execute("create table kept as select token from identities").await;
    assert!(!slow.is_finished());
    let slow = slow.await.unwrap();
    assert_eq!((slow.status, slow.name()), (StatusCode::OK, "home"));
    assert!(
        slow.shows("The newer one") && !slow.shows("The older one") && slow.shows("Acme of today"),
        "{}",
        slow.body
    );
    assert_eq!(app.count(token).await, 1, "the second's token stays");
    assert_eq!(app.count("select count(*) from identities where properties like '%newer%'").await, 1);
    assert_eq!(app.count("select count(*) from companies where name = 'Acme of today'").await, 1);
    // A clock that was set back keeps no new token out.
    app.clock.advance(-3600);
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!(app.count(token).await, 0);
}
