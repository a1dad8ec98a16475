//! How connections end, what the data export holds, and key rotation.

use crate::{
    server::{
        connection::{ConnectError, SyncStep},
        data_export::data_export,
        link_management::remove_link,
        rng::Rng,
        rotation::rotate,
        storage::accounts,
        vault::{KeyRing, Vault, generate},
    },
    tests::connections::World,
};

#[tokio::test]
async fn disconnecting_deletes_tokens_and_data_at_once() {
    let world = World::start().await;
    world.octorate.set_accommodations("anna", 1_200);
    world.octorate.set_rooms(0);
    let id = world.connect_octorate().await;
    for _ in 0..70 {
        if world.connections.sync_step(&id).await.unwrap() == SyncStep::Done {
            break;
        }
    }
    world.connections.disconnect(&world.actor, &id).await.unwrap();
    for table in [
        "select count(*) from connections",
        "select count(*) from connection_places",
        "select count(*) from connection_items",
        "select count(*) from connection_log",
    ] {
        assert_eq!(world.app.count(table).await, 0, "{table}");
    }
    assert_eq!(world.app.count("select count(*) from audit where what = 'disconnected'").await, 1);
    let again = world.connections.disconnect(&world.actor, &id).await;
    assert!(matches!(again, Err(ConnectError::NotFound)), "{again:?}");
    assert_eq!(world.connections.sync_step(&id).await.unwrap(), SyncStep::Done);
}

#[tokio::test]
async fn another_account_and_an_ended_visit_can_not_disconnect() {
    let world = World::start().await;
    let id = world.connect_rex().await;
    world.execute("update connections set account_id = null").await;
    let result = world.connections.disconnect(&world.actor, &id).await;
    assert!(matches!(result, Err(ConnectError::NotFound)), "{result:?}");
    world.execute("update visits set ended_at = 1").await;
    let result = world.connections.disconnect(&world.actor, &id).await;
    assert!(matches!(result, Err(ConnectError::VisitEnded)), "{result:?}");
    assert_eq!(world.app.count("select count(*) from connections where access is not null").await, 1);
    world.connections.remove(&id).await.unwrap();
    assert_eq!(world.app.count("select count(*) from connections").await, 0);
}

#[tokio::test]
async fn a_disconnection_that_was_interrupted_leaves_no_secret_and_is_completed_by_the_sweep() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.sync(&id).await;
    let (closed, account) = (id.clone(), world.actor.account.clone());
    let close = world.app.app.core.storage.write(move |mut tx| async move {
        crate::server::storage::connections::close(&mut tx, Some(&account), &closed).await
    });
    assert!(close.await.unwrap().is_some());
    let secrets = "select count(*) from connections where access is not null or renewal is not null";
    assert_eq!(world.app.count(secrets).await, 0);
    assert!(world.connections.list(&world.actor.account).await.unwrap().is_empty());
    assert!(world.connections.find(&world.actor.account, &id).await.unwrap().is_none());
    assert!(world.connections.test(&id).await.is_err());
    world.app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(world.app.count("select count(*) from connection_places").await, 0);
    assert_eq!(world.app.count("select count(*) from connections").await, 0);
}

#[tokio::test]
async fn deleting_an_account_deletes_its_connections() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.sync(&id).await;
    world.begin(&world.target(crate::server::connection::System::Octorate)).await.unwrap();
    let email = "jane@acme.example";
    let client = crate::server::audit::ClientInfo::command_line();
    crate::server::account_management::delete_as_operator(&world.app.app.core, email, client).await.unwrap().unwrap();
    for table in [
        "select count(*) from connections",
        "select count(*) from connection_places",
        "select count(*) from connection_items",
        "select count(*) from connection_log",
        "select count(*) from oauth_states",
    ] {
        assert_eq!(world.app.count(table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn unlinking_the_last_entrata_user_deletes_the_accounts_connections() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.sync(&id).await;
    let issuer = world.app.app.config.entrata.issuer();
    let client = crate::server::audit::ClientInfo::command_line();
    // Another user of the account is linked at first.
    world
        .execute(
            "insert into identities
                 (id, issuer, subdomain, user_id, properties, token, token_key, first_seen_at, launched_at)
             select 'other', issuer, subdomain, '51877', '[]', x'', '', first_seen_at, launched_at from identities",
        )
        .await;
    world.execute("insert into links select 'other', account_id, linked_at from links").await;
    let core = &world.app.app.core;
    remove_link(core, &issuer, "acme", "51877", client.clone()).await.unwrap().unwrap();
    assert_eq!(world.app.count("select count(*) from connections where access is not null").await, 1);
    remove_link(core, &issuer, "acme", "48213", client).await.unwrap().unwrap();
    assert_eq!(world.app.count("select count(*) from connections where access is not null").await, 0);
    assert!(world.connections.find(&world.actor.account, &id).await.unwrap().is_none());
    world.app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(world.app.count("select count(*) from connections").await, 0);
    assert_eq!(world.app.count("select count(*) from connection_places").await, 0);
    assert_eq!(world.app.count("select count(*) from audit where what = 'disconnected'").await, 1);
}

#[tokio::test]
async fn the_data_export_holds_connections_and_places_and_no_secret() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.sync(&id).await;
    let core = &world.app.app.core;
    let (account, _) = accounts::find_by_email(core.storage.reader(), "jane@acme.example").await.unwrap().unwrap();
    let export = serde_json::to_value(data_export(core, &account).await.unwrap()).unwrap();
    let connection = &export["connections"][0];
    assert_eq!((&connection["system"], &connection["state"]), (&"octorate".into(), &"connected".into()));
    let places = connection["places"].as_array().unwrap();
    assert_eq!(i64::try_from(places.len()).unwrap(), world.connection(&id).await.places);
    assert!(places[0]["items"].as_array().is_some_and(|items| !items.is_empty()));
    assert!(!connection["log"].as_array().unwrap().is_empty());
    let text = export.to_string();
    for request in world.octorate.simulation().requests.all() {
        for secret in request.header("authorization").iter().filter_map(|value| value.strip_prefix("Bearer ")) {
            assert!(!text.contains(secret));
        }
    }
}

#[tokio::test]
async fn key_rotation_reseals_tokens_and_readiness_misses_their_key() {
    let (old, new) = (generate("k1", &Rng), generate("k2", &Rng));
    let world = World::with(&[("ENCRYPTION_KEYS", &old)]).await;
    let id = world.connect_octorate().await;
    let core = &world.app.app.core;
    let missing = crate::server::ready::missing_keys(&core.storage, &KeyRing::parse(&new).unwrap()).await.unwrap();
    assert_eq!(missing, ["k1"]);
    let sealed_with = "select count(*) from connections where access_key = 'k1' and renewal_key = 'k1'";
    assert_eq!(world.app.count(sealed_with).await, 1);
    let vault = Vault::new(KeyRing::parse(&format!("{new},{old}")).unwrap(), Rng);
    rotate(&core.storage, &vault, &core.clock, |_| ()).await.unwrap();
    assert_eq!(world.app.count(sealed_with).await, 0);
    let sealed_with = "select count(*) from connections where access_key = 'k2' and renewal_key = 'k2'";
    assert_eq!(world.app.count(sealed_with).await, 1);
    // This process still has the old keys only: a temporary error, not a lost grant.
    let sealed = world.connections.test(&id).await;
    assert!(matches!(sealed, Err(crate::server::connection::UseError::Sealed)), "{sealed:?}");
    assert_eq!(world.connection(&id).await.state, crate::server::connection::ConnectionState::Connected);
}
