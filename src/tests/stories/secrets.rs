//! Secrets: codes, tokens, passwords, tickets and session IDs must not appear in logs, pages, headers or the database.

use secrecy::ExposeSecret;

use crate::{
    server::{identity::token_place, storage::identities, vault::Vault},
    tests::{
        app::{PASSWORD, TestApp},
        browser::Browser,
        logs,
    },
};

#[tokio::test]
async fn t04_codes_tokens_passwords_and_ids_appear_nowhere() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let code = app.code("acme", "48213");
    let mut pages = vec![browser.launch(&code).await];
    let mut secrets = vec![code.clone(), code.replace('+', " ")];
    let password = "a-canary-password";
    let fields = [("name", "Ada"), ("email", "ada@acme.example"), ("password", password)];
    secrets.push(browser.cookie.clone().unwrap());
    pages.push(browser.submit("/register", &fields).await);
    secrets.push(browser.cookie.clone().unwrap());
    let ticket = browser.page.form("/link").fields[0].1.clone();
    pages.push(browser.confirm().await);
    pages.push(browser.launch(&code).await);
    pages.push(Browser::new(&app).launch(&code).await);
    pages.push(browser.sign_in_elsewhere(&app, "ada@acme.example", "another-canary").await);
    secrets.extend(app.world.requests().into_iter().filter_map(|r| r.token));
    secrets.extend([password.to_owned(), "another-canary".to_owned(), app.world.settings().client_secret]);
    assert!(secrets.len() >= 8);
    let (log, database) = (logs::text(), app.database_bytes());
    let in_database = |secret: &str| database.windows(secret.len()).any(|w| w == secret.as_bytes());
    for secret in &secrets {
        assert!(!log.contains(secret), "in the log: {secret}");
        assert!(!in_database(secret), "in the database: {secret}");
        for page in &pages {
            assert!(!page.body.contains(secret), "on {}: {secret}", page.name());
        }
    }
    assert!(!log.contains(&ticket) && !in_database(&ticket), "the ticket");
    assert!(log.contains("path=\"/login\"") && !log.contains("auth_code="));
}

#[tokio::test]
async fn t13_the_newest_token_is_stored_sealed_and_opens_only_for_its_own_identity() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    let newest = app.world.requests().into_iter().rev().find_map(|r| r.token).unwrap();
    let id: String =
        sqlx::query_scalar("select id from identities").fetch_one(app.app.core.storage.reader().pool()).await.unwrap();
    let sealed = identities::find_token(app.app.core.storage.reader(), &id.into()).await.unwrap().unwrap();
    let vault = Vault::new(app.app.config.storage.encryption_keys.clone(), app.app.core.rng.clone());
    let issuer = app.app.config.entrata.issuer();
    let place = |subdomain: &str| token_place(&issuer, subdomain, "48213");
    assert_eq!(vault.open(&place("acme"), &sealed).unwrap().expose_secret(), newest);
    assert!(vault.open(&place("beech"), &sealed).is_err());
}

impl Browser {
    /// Tries to sign in directly in a new browser.
    async fn sign_in_elsewhere(&self, app: &TestApp, email: &str, password: &str) -> crate::tests::browser::Page {
        assert_ne!(password, PASSWORD);
        let mut other = Browser::new(app);
        other.get("/login").await;
        other.sign_in(email, password).await
    }
}
