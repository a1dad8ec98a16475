//! Key rotation during launches, and sealed content that was moved.

use secrecy::ExposeSecret;

use crate::{
    server::{
        identity::token_place,
        rng::Rng,
        rotation::{Progress, SealedTable, rotate},
        storage::{identities, sealed},
        vault::{self, KeyRing, Vault},
    },
    tests::{app::TestApp, browser::Browser},
};

fn ring(text: &str) -> KeyRing {
    KeyRing::parse(text).unwrap()
}

#[tokio::test]
async fn t13_keys_are_rotated_under_load_and_no_token_is_lost() {
    let old = vault::generate("old", &Rng);
    let app = TestApp::with(&[("ENCRYPTION_KEYS", &old)]).await;
    app.linked("jane@acme.example", "acme", "48213").await;
    for (subdomain, user) in [("acme", "51877"), ("beech", "48213"), ("beech", "00d41e77a2")] {
        Browser::new(&app).launch(&app.code(subdomain, user)).await;
    }
    let mut waiting = Browser::new(&app);
    waiting.launch(&app.code("cedar-test-17402", "1234567890")).await;
    waiting.sign_in("jane@acme.example", crate::tests::app::PASSWORD).await;
    let both = ring(&format!("{},{old}", vault::generate("new", &Rng)));
    let vault = Vault::new(both, Rng);
    // The server still seals with the old key. What it seals during the rotation is left for the next run.
    let load: Vec<_> = (0..50)
        .map(|_| {
            let (mut browser, code) = (Browser::new(&app), app.code("acme", "48213"));
            tokio::spawn(async move { assert_eq!(browser.launch(&code).await.name(), "home") })
        })
        .collect();
    let mut reports = Vec::new();
    let first =
        rotate(&app.app.core.storage, &vault, &app.clock, |progress| reports.push(progress.left)).await.unwrap();
    for task in load {
        task.await.unwrap();
    }
    // Newer than all of them.
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
    assert!(first.resealed >= 4 && first.unopened == 0 && !reports.is_empty(), "{first:?} {reports:?}");
    let last = rotate(&app.app.core.storage, &vault, &app.clock, |_| {}).await.unwrap();
    assert_eq!(last, Progress { resealed: last.resealed, left: 0, unopened: 0 });
    assert_eq!(sealed::keys_in_use(app.app.core.storage.reader()).await.unwrap(), ["new"]);
    let issuer = app.app.config.entrata.issuer();
    let ids: Vec<(String, String, String)> = sqlx::query_as("select id, subdomain, user_id from identities")
        .fetch_all(app.app.core.storage.reader().pool())
        .await
        .unwrap();
    // Each identity has its newest token: no older one has replaced it.
    let minted: Vec<String> = app.world.requests().into_iter().filter_map(|r| r.token).collect();
    let newest_of_load = minted.last().unwrap().clone();
    for (id, subdomain, user_id) in ids {
        let token = identities::find_token(app.app.core.storage.reader(), &id.into()).await.unwrap().unwrap();
        let opened = vault.open(&token_place(&issuer, &subdomain, &user_id), &token).unwrap();
        assert!(minted.iter().any(|t| t == opened.expose_secret()), "{subdomain} {user_id}");
        if (subdomain.as_str(), user_id.as_str()) == ("acme", "48213") {
            assert_eq!(opened.expose_secret(), newest_of_load);
        }
    }
    assert!(app.events().await.contains(&"keys_rotated".to_owned()));
}

#[tokio::test]
async fn t13_a_token_that_was_moved_to_another_identity_can_t_be_opened_and_is_counted() {
    let app = TestApp::start().await;
    for user in ["48213", "51877"] {
        Browser::new(&app).launch(&app.code("acme", user)).await;
    }
    app.execute(
        "update identities set token = (select o.token from identities o where o.user_id = '48213')
         where user_id = '51877'",
    )
    .await;
    let old = app.app.config.storage.encryption_keys.clone();
    let vault = Vault::new(old, Rng);
    let id: String = sqlx::query_scalar("select id from identities where user_id = '51877'")
        .fetch_one(app.app.core.storage.reader().pool())
        .await
        .unwrap();
    let token = identities::find_token(app.app.core.storage.reader(), &id.into()).await.unwrap().unwrap();
    let place = token_place(&app.app.config.entrata.issuer(), "acme", "51877");
    assert!(vault.open(&place, &token).is_err());
    let other = Vault::new(ring(&vault::generate("other", &Rng)), Rng);
    let done = rotate(&app.app.core.storage, &other, &app.clock, |_| {}).await.unwrap();
    assert_eq!(done, Progress { resealed: 0, left: 2, unopened: 2 }, "without the old key nothing is changed");
}

#[tokio::test]
async fn t13_a_resealed_token_does_not_replace_a_newer_one() {
    let app = TestApp::start().await;
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    let rows = sealed::list_other_keys(app.app.core.storage.reader(), SealedTable::Identities, "another", "", 10)
        .await
        .unwrap();
    let [row] = <[_; 1]>::try_from(rows).unwrap();
    Browser::new(&app).launch(&app.code("acme", "48213")).await;
    let resealed = Vault::new(ring(&vault::generate("another", &Rng)), Rng).seal("x", "an older token");
    let put =
        app.app.core.storage.write(move |mut tx| async move {
            sealed::replace(&mut tx, SealedTable::Identities, &row, &resealed).await
        });
    assert!(!put.await.unwrap());
    assert_eq!(sealed::keys_in_use(app.app.core.storage.reader()).await.unwrap(), ["k1"]);
}
