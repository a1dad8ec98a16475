//! Disabled accounts and companies lose access at once, by every way in.

use axum::http::{Method, StatusCode};

use crate::tests::{
    app::{PASSWORD, TestApp},
    browser::{Browser, Page},
};

impl TestApp {
    /// Executes SQL in a write transaction.
    pub async fn execute(&self, sql: &'static str) {
        let storage = self.app.core.storage.clone();
        storage
            .write(move |mut tx| async move {
                sqlx::query(sql).execute(tx.raw()).await.map(|_| ()).map_err(crate::server::storage::Error::from)
            })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn t23_a_disabled_account_or_company_cannot_get_in() {
    for disable in [
        "update accounts set disabled_at = 1",
        "update companies set disabled_at = 1",
        "update companies set suspended_at = 1, suspension_confirmed_by = 'service'",
    ] {
        let account = disable.contains("accounts");
        let app = TestApp::start().await;
        let mut browser = app.linked_twice().await;
        let home = browser.page.address.clone();
        let mut bearer = app.cookieless("lee@acme.example", "acme", "51877").await;
        let mut before_probe = Browser::new(&app);
        let launched = before_probe.launch(&app.code("acme", "48213")).await;
        let mut unconfirmed = Browser::new(&app);
        unconfirmed.launch(&app.code("beech", "00d41e77a2")).await;
        let confirm = unconfirmed.sign_in("jane@acme.example", PASSWORD).await;
        let mut pending = Browser::new(&app);
        let login = pending.launch(&app.code("cedar-test-17402", "1234567890")).await;
        let tab = browser.page.form("/tab");
        let code = app.code("acme", "48213");
        let mut resumed = Browser::new(&app);
        resumed.launch(&code).await;

        app.execute(disable).await;
        let assert_forbidden =
            |what: &str, status: StatusCode| assert_eq!(status, StatusCode::FORBIDDEN, "{disable}: {what}");
        assert_forbidden("a launch", Browser::new(&app).launch(&app.code("acme", "48213")).await.status);
        assert_forbidden("the same launch again", resumed.launch(&code).await.status);
        for page in [
            "",
            "/account",
            "/history",
            "/history.csv",
            "/history.json",
            "/data-export.json",
            "/sessions",
            "/properties.csv",
        ] {
            assert_forbidden(page, browser.get(&format!("{home}{page}")).await.status);
        }
        for action in [
            "/unlink",
            "/name",
            "/email",
            "/password",
            "/data-export",
            "/delete",
            "/sign-out-everywhere",
            "/sessions/others/sign-out",
        ] {
            assert_forbidden(action, browser.submit_at(&format!("{home}{action}")).await.status);
        }
        let bearer_home = bearer.page.address.clone();
        assert_forbidden("a bearer", bearer.get(&bearer_home).await.status);
        let status = before_probe.post(&launched.cookie_probe()).await.status;
        assert!(before_probe.bearer.is_none(), "no bearer: {status}");
        assert_forbidden("a confirmation", unconfirmed.post(&confirm.form("/link")).await.status);
        assert_ne!(
            browser.send(Method::POST, &tab.action, "same-origin", Some(&tab)).await.status,
            StatusCode::SEE_OTHER
        );
        assert_ne!(browser.get("/").await.name(), "home", "{disable}");
        let fields = [("email", "jane@acme.example"), ("password", PASSWORD)];
        assert_forbidden(
            "a sign-in in a pending visit",
            pending.post(&login.form("/sign-in").with(&fields)).await.status,
        );
        let mut direct = Browser::new(&app);
        direct.get("/login").await;
        let page = direct.sign_in("jane@acme.example", PASSWORD).await;
        if account {
            assert_forbidden("a password", page.status);
        } else {
            assert!(page.name() == "home" && !page.shows("entrata.com"), "nothing of a disabled company is shown");
        }
        assert_eq!(app.count("select count(*) from links").await, 3, "{disable}");
        let page = browser.get(&home).await;
        assert!(page.name() == "error" && page.shows("href=\"/\""), "other visits are one click away");
        assert_eq!(browser.post(&page.form("/sign-out")).await.name(), "login", "signing out is always possible");
    }
}

#[tokio::test]
async fn t23_pages_say_which_company_is_blocked_and_why_and_show_nothing_else_of_it() {
    for (disable, reason) in [
        ("update companies set suspended_at = 1 where subdomain = 'acme'", "suspended for it in Entrata"),
        ("update companies set disabled_at = 1 where subdomain = 'acme'", "its access is turned off"),
    ] {
        let app = TestApp::start().await;
        let mut beech = app.linked_twice().await;
        let property = app.world.staff("acme", "48213").unwrap().properties[0].name.clone();
        let assert_reported = |page: &Page, what: &str| {
            assert_eq!(page.status, StatusCode::OK, "{what}");
            assert!(page.shows("<b>Acme Residential Management</b>") && page.shows(reason), "{what}: {}", page.body);
            assert!(!page.shows("acme.entrata.com") && !page.shows_text(&property), "{what}: none of its data");
        };
        let mut direct = Browser::new(&app);
        direct.get("/login").await;
        let home = direct.sign_in("jane@acme.example", PASSWORD).await.address;
        assert!(direct.page.shows_text(&property) && !direct.page.shows("isn’t shown"));
        app.execute(disable).await;
        assert_reported(&direct.get(&home).await, "one of two, at home");
        assert!(direct.page.shows("beech.entrata.com"));
        assert_reported(&direct.get(&format!("{home}/properties")).await, "one of two, on the properties page");
        let own = beech.get(&format!("{}/properties", beech.page.address)).await;
        assert!(own.shows("All my companies") && !own.shows("isn’t shown"), "its own company is not blocked");
        assert_reported(&beech.get(&format!("{}?all=1", own.address)).await, "all companies of a launched visit");
        let file = direct.get(&format!("{home}/properties/list.csv")).await;
        assert!(!file.shows("Acme") && file.shows("Beech"), "the file has only the other company");

        app.execute("delete from links where identity_id in (select id from identities where subdomain = 'beech')")
            .await;
        assert_reported(&direct.get(&home).await, "the only one, at home");
        assert!(!direct.page.shows("No Entrata user is linked"));
        assert_reported(&direct.get(&format!("{home}/properties")).await, "the only one, on the properties page");
        app.execute("delete from links").await;
        let page = direct.get(&home).await;
        assert!(page.shows("No Entrata user is linked") && !page.shows("isn’t shown"), "linked to none");
    }
}

#[tokio::test]
async fn a_user_of_a_blocked_company_signs_out_of_it_or_continues_with_another() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    app.account("marcus@beech.example").await;
    browser.launch(&app.code("beech", "48213")).await;
    browser.sign_in("marcus@beech.example", PASSWORD).await;
    let beech = browser.confirm().await.address;
    app.execute("update companies set disabled_at = 1 where subdomain = 'beech'").await;
    let launched = browser.launch(&app.code("beech", "48213")).await;
    assert_eq!((launched.status, launched.name()), (StatusCode::FORBIDDEN, "error"));
    assert!(launched.shows("href=\"/\"") && !launched.has_form("/sign-out"), "no visit was started");
    assert!(browser.get("/").await.shows("jane@acme.example"), "the open visit");
    let page = browser.get(&format!("{beech}/account")).await;
    assert_eq!(page.form("/sign-out").action, format!("{beech}/sign-out"));
    browser.post(&page.form("/sign-out")).await;
    let ended = browser.get(&beech).await;
    assert!(
        ended.status == StatusCode::FORBIDDEN && !ended.has_form("/sign-out"),
        "the visit has ended: there is nothing to sign out of"
    );
    assert_eq!(browser.get("/").await.name(), "home");
}
