//! What users who never link leave behind: accounts (threat T31) and tokens (T33); and concurrent launches of one user
//! (T34).

use std::time::Duration;

use axum::http::StatusCode;
use latchkey_sandbox::entrata::{Fault, Property, Target, Times};
use tokio::time::{Instant, sleep};

use crate::{
    server::{
        account::VerifiedPassword,
        account_management::{self, delete_as_operator},
        audit::ClientInfo,
        link_management::{RemovedLink, remove_link},
    },
    tests::{
        app::{PASSWORD, TestApp},
        browser::{Browser, Page},
    },
};

const DAY: i64 = 24 * 60 * 60;
const WITH_TOKEN: &str = "select count(*) from identities where token_key <> '' and length(token) > 0";
const ACCOUNTS: &str = "select count(*) from accounts";

impl TestApp {
    /// Does the cleanup that the server does once a minute.
    async fn sweep(&self) {
        self.app.sweep.delete_expired().await.unwrap();
        account_management::delete_never_linked(&self.app.core).await.unwrap();
    }

    /// What `links remove` does.
    async fn remove(&self, subdomain: &str, user_id: &str) -> Option<RemovedLink> {
        let (core, client) = (&self.app.core, ClientInfo::command_line());
        remove_link(core, &self.issuer(), subdomain, user_id, client).await.unwrap()
    }

    /// Registers an account in a new pending visit, without confirming the link.
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
async fn t31_a_pending_visit_may_register_five_accounts_and_no_sixth() {
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
    let next = app.registered("jane@acme.example").await;
    assert_eq!(next.page.name(), "confirm", "a new launch may register again");
}

#[tokio::test]
async fn t31_concurrent_registrations_do_not_exceed_the_limit() {
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
async fn t31_a_registered_account_that_never_linked_is_deleted_after_a_day() {
    let app = TestApp::start().await;
    app.account("added@acme.example").await;
    app.linked("linked@beech.example", "beech", "48213").await;
    let mut browser = app.registered("jane@acme.example").await;
    app.clock.advance(DAY - 120);
    app.sweep().await;
    assert_eq!(app.count(ACCOUNTS).await, 3);
    // Signed in two minutes before the day is over, about to confirm.
    browser.launch(&app.code("acme", "48213")).await;
    assert_eq!(browser.sign_in("jane@acme.example", PASSWORD).await.name(), "confirm");
    app.clock.advance(120);
    app.sweep().await;
    assert_eq!(app.count(ACCOUNTS).await, 3, "not while a confirmation is pending");
    app.clock.advance(10 * 60);
    app.sweep().await;
    assert_eq!(app.count(ACCOUNTS).await, 2, "the operator's and the linked account stay");
    assert_eq!(app.count("select count(*) from accounts where email like 'jane%'").await, 0);
    assert_eq!(app.count("select count(*) from audit where what = 'registration_expired'").await, 1);
    let mut again = app.registered("jane@acme.example").await;
    assert_eq!(again.confirm().await.name(), "home", "the email is available again");
    app.clock.advance(2 * DAY);
    app.sweep().await;
    assert_eq!(app.count(ACCOUNTS).await, 3);
}

#[tokio::test]
async fn t31_an_account_that_was_ever_linked_is_not_deleted() {
    let app = TestApp::start().await;
    let mut browser = app.registered("jane@acme.example").await;
    assert_eq!(browser.confirm().await.name(), "home");
    let remove = |subdomain: &'static str| app.remove(subdomain, "48213");
    assert!(remove("acme").await.is_some());
    let mut imported = Browser::new(&app);
    imported.launch(&app.code("beech", "48213")).await;
    register(&mut imported, "bo@beech.example").await;
    let file = "subdomain,user_id,email\nbeech,48213,bo@beech.example\n";
    app.import(file, true).await;
    assert!(remove("beech").await.is_some());
    app.clock.advance(2 * DAY);
    app.sweep().await;
    assert_eq!((app.count(ACCOUNTS).await, app.count("select count(*) from links").await), (2, 0));
}

#[tokio::test]
async fn t31_an_account_that_an_operator_changed_is_not_deleted() {
    let app = TestApp::start().await;
    for email in ["jane@acme.example", "jim@acme.example"] {
        app.registered(email).await;
    }
    account_management::disable(&app.app.core, "jane@acme.example", ClientInfo::command_line()).await.unwrap();
    let found = VerifiedPassword::for_operator(&app.app.core, "jim@acme.example").await.unwrap().unwrap();
    let password = "another plain sentence".to_owned().into();
    let (core, hasher, client) = (&app.app.core, &app.app.hasher, ClientInfo::command_line());
    assert!(account_management::reset_password(core, hasher, found, password, client).await.is_ok());
    app.clock.advance(2 * DAY);
    app.sweep().await;
    assert_eq!(app.count(ACCOUNTS).await, 2);
}

#[tokio::test]
async fn t31_an_operator_deletes_an_account_like_its_user() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    app.account("lee@acme.example").await;
    let (core, client) = (&app.app.core, ClientInfo::command_line());
    assert!(delete_as_operator(core, "nobody@acme.example", client.clone()).await.unwrap().is_none());
    let done = delete_as_operator(core, " JANE@acme.example ", client).await.unwrap().unwrap();
    assert_eq!((done.account.email.as_str(), done.visits), ("jane@acme.example", 1));
    assert_eq!(done.links.iter().map(|l| l.identity.user_id.as_str()).collect::<Vec<_>>(), ["48213"]);
    assert_eq!(browser.get(&home).await.status, StatusCode::UNAUTHORIZED);
    for (table, rows) in [
        (ACCOUNTS, 1),
        ("select count(*) from identities", 0),
        ("select count(*) from links", 0),
        ("select count(*) from visits", 0),
        ("select count(*) from audit where what = 'account_deleted' and browser = 'command_line'", 1),
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
    assert_eq!((app.count(ACCOUNTS).await, app.count(WITH_TOKEN).await), (1, 0), "even the last link may be removed");
    let row =
        "select count(*) from audit where what = 'unlinked' and browser = 'command_line' and account_id is not null";
    assert_eq!(app.count(row).await, 1);
    assert_eq!(app.count("select count(*) from audit where what = 'session_ended'").await, 1);
    assert_eq!(remove("acme", "48213").await, None);
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "login");
}

#[tokio::test]
async fn t33_the_token_of_a_user_who_never_linked_is_deleted_when_the_pending_visit_ends() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    Browser::new(&app).launch(&app.code("acme", "51877")).await;
    let mut declined = Browser::new(&app);
    declined.launch(&app.code("beech", "48213")).await;
    declined.sign_in("jane@acme.example", PASSWORD).await;
    declined.submit("/decline", &[]).await;
    app.clock.advance(9 * 60);
    app.sweep().await;
    assert_eq!(app.count(WITH_TOKEN).await, 3, "needed while the user may still link");
    app.clock.advance(61);
    app.sweep().await;
    assert_eq!(app.count(WITH_TOKEN).await, 1, "the linked user's token");
    assert_eq!(app.count("select count(*) from identities where token_expires_at is null").await, 2);
    let linked = "select count(*) from identities i join links l on l.identity_id = i.id where i.token_key <> ''";
    assert_eq!(app.count(linked).await, 1);
    let mut later = Browser::new(&app);
    later.launch(&app.code("acme", "51877")).await;
    later.sign_in("jane@acme.example", PASSWORD).await;
    assert_eq!(later.confirm().await.name(), "home");
    app.clock.advance(11 * 60);
    app.sweep().await;
    assert_eq!(app.count(WITH_TOKEN).await, 2);
}

#[tokio::test]
async fn t34_of_two_concurrent_launches_the_one_that_began_later_counts() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    let before = app.world.user_infos();
    // The first launch's response has the older data and arrives late.
    app.world.set_properties("acme", "48213", vec![Property::new(1, "The older one", "1 Oak St")]);
    app.world.rename_company("acme", "Acme of yesterday");
    app.world.set_fault(Target::UserInfo, Fault::Slow(Duration::from_millis(1500)), Times::Next(1));
    let (router, code) = (Browser::new(&app), app.code("acme", "48213"));
    let slow = tokio::spawn(async move {
        let mut browser = router;
        browser.launch(&code).await
    });
    let deadline = Instant::now() + Duration::from_secs(5);
    while app.world.user_infos() == before {
        assert!(Instant::now() < deadline);
        sleep(Duration::from_millis(10)).await;
    }
    app.clock.advance(1);
    app.world.set_properties("acme", "48213", vec![Property::new(2, "The newer one", "2 Oak St")]);
    app.world.rename_company("acme", "Acme of today");
    let fast = Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert!(fast.shows("The newer one") && fast.shows("Acme of today"), "{}", fast.body);
    let token = "select count(*) from identities where token = (select token from newer)";
    app.execute("create table newer as select token from identities").await;
    assert!(!slow.is_finished());
    let slow = slow.await.unwrap();
    assert_eq!((slow.status, slow.name()), (StatusCode::OK, "home"));
    assert!(
        slow.shows("The newer one") && !slow.shows("The older one") && slow.shows("Acme of today"),
        "{}",
        slow.body
    );
    assert_eq!(app.count(token).await, 1, "the second launch's token stays");
    assert_eq!(app.count("select count(*) from identities where properties like '%newer%'").await, 1);
    assert_eq!(app.count("select count(*) from companies where name = 'Acme of today'").await, 1);
    // A clock that was set back does not block new tokens.
    app.clock.advance(-3600);
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    assert_eq!(app.count(token).await, 0);
}
