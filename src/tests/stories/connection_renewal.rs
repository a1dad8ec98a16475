//! Renewing tokens (T40): one renewal at a time across processes, stored before it is used, and which answers lead to
//! which state.

use std::time::Duration;

use futures_util::future::join_all;
use latchkey_sandbox::simulation::Fault;

use crate::{
    server::{
        clock::Epoch,
        connection::{ConnectionState, SealedGrant, SyncStep, UseError},
        ids::ConnectionId,
        storage::{Tx, connection_grants, connections},
        vault::Sealed,
    },
    tests::connections::World,
};

const REFRESH: &str = "/identity/refresh";
const TOKEN: &str = "/token";

/// Counts Octorate's renewals.
fn refreshes(world: &World) -> usize {
    world.octorate.simulation().requests.count(REFRESH)
}

/// Counts Syncaroo's token calls, without the exchange of the code.
fn syncaroo_refreshes(world: &World) -> usize {
    world.syncaroo.simulation().requests.count(TOKEN) - 1
}

async fn assert_connected(world: &World, id: &ConnectionId) {
    let connection = world.connection(id).await;
    assert_eq!((connection.state, connection.error), (ConnectionState::Connected, None));
}

async fn assert_needs_reconnect(world: &World, id: &ConnectionId, code: &str) {
    let connection = world.connection(id).await;
    assert_eq!((connection.state, connection.error.as_deref()), (ConnectionState::NeedsReconnect, Some(code)));
}

async fn assert_failing(world: &World, id: &ConnectionId, code: &str) -> Epoch {
    let connection = world.connection(id).await;
    let ConnectionState::Failing { next_try_at } = connection.state else { panic!("{connection:?}") };
    assert_eq!(connection.error.as_deref(), Some(code));
    next_try_at - world.app.clock.now()
}

#[tokio::test(flavor = "multi_thread")]
async fn t40_ten_uses_of_an_expired_token_in_two_processes_make_one_renewal() {
    let world = World::start().await;
    let second = world.second_process().await;
    let (octorate, syncaroo) = (world.connect_octorate().await, world.connect_syncaroo().await);
    world.advance(2 * 3_600);
    world.octorate.simulation().faults.set(REFRESH, Fault::Slow(Duration::from_millis(300)), 10);
    let uses = (0..10).map(|n| if n % 2 == 0 { &world.connections } else { &second });
    let results = join_all(uses.clone().map(|process| process.test(&octorate))).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(refreshes(&world), 1);
    let results = join_all(uses.map(|process| process.test(&syncaroo))).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(syncaroo_refreshes(&world), 1);
    assert_connected(&world, &octorate).await;
    assert_connected(&world, &syncaroo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t40_ten_uses_whose_renewal_fails_make_one_call() {
    let world = World::start().await;
    let second = world.second_process().await;
    let id = world.connect_octorate().await;
    world.advance(2 * 3_600);
    world.octorate.simulation().faults.set(REFRESH, Fault::Slow(Duration::from_secs(4)), 100);
    // Half of them begin while the call is under way.
    let uses = (0..10_u64).map(async |n| {
        tokio::time::sleep(Duration::from_millis(n / 5 * 400)).await;
        if n % 2 == 0 { world.connections.test(&id).await } else { second.test(&id).await }
    });
    let results = join_all(uses).await;
    assert!(results.iter().all(Result::is_err), "{results:?}");
    let log = world.connections.log(&id).await.unwrap();
    assert_eq!(log.iter().filter(|entry| entry.operation == "refresh").count(), 1, "{log:?}");
    assert!(assert_failing(&world, &id, "too_slow").await <= 30);
}

#[tokio::test]
async fn t40_a_lost_answer_to_a_single_use_token_ends_in_needs_reconnect_and_never_in_a_loop() {
    let world = World::start().await;
    let id = world.connect_syncaroo().await;
    world.advance(700);
    world.syncaroo.simulation().faults.set(TOKEN, Fault::LostReply, 1);
    let lost = world.connections.test(&id).await;
    assert!(matches!(lost, Err(UseError::System(_))), "{lost:?}");
    assert_eq!(assert_failing(&world, &id, "down").await, 30);
    let next = world.connections.test(&id).await;
    assert!(matches!(next, Err(UseError::NeedsReconnect)), "{next:?}");
    assert_needs_reconnect(&world, &id, "reply_lost").await;
    for _ in 0..3 {
        world.advance(7_200);
        assert!(matches!(world.connections.test(&id).await, Err(UseError::NeedsReconnect)));
        assert_eq!(world.connections.sync_step(&id).await.unwrap(), SyncStep::Done);
    }
    assert_eq!(syncaroo_refreshes(&world), 2);
}

#[tokio::test]
async fn t40_after_a_process_was_killed_during_a_renewal_the_next_one_tries_once() {
    let world = World::start().await;
    let id = world.connect_syncaroo().await;
    world.advance(700);
    // The process has the lease and sent the token, which is spent, and is killed before it stores the answer.
    let now = world.app.clock.now();
    let killed = id.clone();
    let acquire = world.app.app.core.storage.write(move |mut tx: Tx| async move {
        connection_grants::acquire_lease(&mut tx, &killed, 1, true, now, now + 30).await
    });
    assert!(acquire.await.unwrap().is_some());
    world.syncaroo.revoke();
    let waiting = tokio::time::timeout(Duration::from_millis(300), world.connections.test(&id)).await;
    assert!(waiting.is_err(), "nobody renews while the lease lasts: {waiting:?}");
    assert_eq!(syncaroo_refreshes(&world), 0);
    world.advance(31);
    let next = world.connections.test(&id).await;
    assert!(matches!(next, Err(UseError::NeedsReconnect)), "{next:?}");
    assert_needs_reconnect(&world, &id, "reply_lost").await;
    assert_eq!(syncaroo_refreshes(&world), 1);
}

#[tokio::test]
async fn t40_a_killed_process_that_had_not_sent_the_token_costs_nothing() {
    let world = World::start().await;
    let id = world.connect_syncaroo().await;
    world.advance(700);
    let (now, killed) = (world.app.clock.now(), id.clone());
    let acquire = world.app.app.core.storage.write(move |mut tx: Tx| async move {
        connection_grants::acquire_lease(&mut tx, &killed, 1, true, now, now + 30).await
    });
    acquire.await.unwrap();
    world.advance(31);
    world.connections.test(&id).await.unwrap();
    assert_connected(&world, &id).await;
    assert_eq!(world.app.count("select count(*) from connections where renewal_sent_at is not null").await, 0);
}

#[tokio::test]
async fn t40_the_loser_of_a_race_does_not_break_the_winners_connection() {
    let world = World::start().await;
    let id = world.connect_syncaroo().await;
    let now = world.app.clock.now();
    let sealed = Sealed { key_id: "k1".into(), bytes: vec![1] };
    let new = SealedGrant { access: sealed.clone(), renewal: Some(sealed), issued_at: now, expires_at: None };
    let id_in_job = id.clone();
    let race = world.app.app.core.storage.write(move |mut tx: Tx| async move {
        let tx = &mut tx;
        let slow = connection_grants::acquire_lease(&mut *tx, &id_in_job, 1, true, now, now + 30).await?.unwrap();
        let none = connection_grants::acquire_lease(&mut *tx, &id_in_job, 1, true, now + 29, now + 59).await?;
        let next = connection_grants::acquire_lease(&mut *tx, &id_in_job, 1, true, now + 30, now + 60).await?.unwrap();
        assert!(none.is_none() && next.number == slow.number + 1 && next.was_sent && !slow.was_sent);
        // The slow process learns that the token is gone while the next one renews.
        let broken = connections::set_needs_reconnect(&mut *tx, &id_in_job, 1, Some(slow.number), "grant_gone").await?;
        assert!(!broken && !connection_grants::release_lease(&mut *tx, &id_in_job, slow.number, true, 0).await?);
        assert!(connection_grants::store_renewed(&mut *tx, &id_in_job, 1, &new, now).await?);
        // Both have a result for an older grant.
        for lease in [Some(slow.number), Some(next.number), None] {
            assert!(!connections::set_needs_reconnect(&mut *tx, &id_in_job, 1, lease, "grant_gone").await?);
        }
        assert!(!connection_grants::store_renewed(&mut *tx, &id_in_job, 1, &new, now).await?);
        Ok::<_, crate::server::storage::Error>(())
    });
    race.await.unwrap();
    assert_connected(&world, &id).await;
}

#[tokio::test]
async fn t40_a_process_that_was_suspended_still_stores_the_only_valid_token() {
    let world = World::start().await;
    let id = world.connect_syncaroo().await;
    let now = world.app.clock.now();
    let sealed = Sealed { key_id: "k1".into(), bytes: vec![1] };
    let new = SealedGrant { access: sealed.clone(), renewal: Some(sealed), issued_at: now, expires_at: None };
    let id_in_job = id.clone();
    let race = world.app.app.core.storage.write(move |mut tx: Tx| async move {
        let tx = &mut tx;
        connection_grants::acquire_lease(&mut *tx, &id_in_job, 1, true, now, now + 30).await?.unwrap();
        let next = connection_grants::acquire_lease(&mut *tx, &id_in_job, 1, true, now + 30, now + 60).await?.unwrap();
        // The next process is refused, because the suspended one has spent the token.
        assert!(connections::set_needs_reconnect(&mut *tx, &id_in_job, 1, Some(next.number), "reply_lost").await?);
        assert!(connection_grants::store_renewed(&mut *tx, &id_in_job, 1, &new, now).await?);
        Ok::<_, crate::server::storage::Error>(())
    });
    race.await.unwrap();
    assert_connected(&world, &id).await;
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_expiry_and_stored_before_it_is_used() {
    let world = World::start().await;
    // Ten minutes: renewed when half of them have passed.
    let id = world.connect_syncaroo().await;
    for (advance, renewals) in [(290, 0), (15, 1), (290, 1), (15, 2)] {
        world.advance(advance);
        world.connections.test(&id).await.unwrap();
        assert_eq!(syncaroo_refreshes(&world), renewals);
    }
    // An hour: fifteen minutes before.
    let id = world.connect_octorate().await;
    for (advance, renewals) in [(2_690, 0), (15, 1)] {
        world.advance(advance);
        world.connections.test(&id).await.unwrap();
        assert_eq!(refreshes(&world), renewals);
    }
}

#[tokio::test]
async fn a_renewal_ahead_of_time_that_fails_changes_nothing_and_pauses() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.advance(2_800);
    world.octorate.simulation().faults.set(REFRESH, Fault::Status(500), 10);
    for _ in 0..3 {
        world.connections.test(&id).await.unwrap();
    }
    assert_connected(&world, &id).await;
    assert_eq!(refreshes(&world), 1);
    world.advance(31);
    world.connections.test(&id).await.unwrap();
    assert_eq!(refreshes(&world), 2);
}

#[tokio::test]
async fn only_an_answer_that_the_grant_is_gone_leads_to_needs_reconnect() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.advance(2 * 3_600);
    let mut pauses = Vec::new();
    for (fault, code) in [
        (Fault::Status(500), "down"),
        (Fault::Status(503), "down"),
        (Fault::Html, "not_understood"),
        (Fault::Empty, "not_understood"),
        (Fault::LostReply, "down"),
        (Fault::Cut, "down"),
        (Fault::Slow(Duration::from_secs(4)), "too_slow"),
    ] {
        world.octorate.simulation().faults.set(REFRESH, fault, 1);
        assert!(world.connections.test(&id).await.is_err());
        pauses.push(assert_failing(&world, &id, code).await);
    }
    assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1_920]);
    // A test does not wait for the pause, and what works is connected.
    world.connections.test(&id).await.unwrap();
    assert_connected(&world, &id).await;
    world.octorate.disconnect("anna");
    let gone = world.connections.test(&id).await;
    assert!(matches!(gone, Err(UseError::NeedsReconnect)), "{gone:?}");
    assert_needs_reconnect(&world, &id, "grant_gone").await;
}

#[tokio::test]
async fn background_calls_wait_for_the_pause_and_a_test_does_not() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.advance(2 * 3_600);
    world.octorate.simulation().faults.set(REFRESH, Fault::Status(503), 2);
    let until = world.app.clock.now() + 30;
    assert_eq!(world.connections.sync_step(&id).await.unwrap(), SyncStep::Pause(until));
    assert_eq!(world.connections.sync_step(&id).await.unwrap(), SyncStep::Pause(until));
    assert_eq!(refreshes(&world), 1);
    assert!(world.connections.test(&id).await.is_err());
    assert_eq!(refreshes(&world), 2);
    world.advance(61);
    assert_eq!(world.connections.due_connections(10).await.unwrap(), std::slice::from_ref(&id));
    world.sync(&id).await;
    assert_connected(&world, &id).await;
}

#[tokio::test]
async fn a_rejected_token_is_renewed_once_and_the_call_repeated_once() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.octorate.expire_access_tokens();
    world.connections.test(&id).await.unwrap();
    assert_eq!(refreshes(&world), 1);
    let log = world.connections.log(&id).await.unwrap();
    let calls: Vec<_> = log.iter().rev().skip(2).map(|entry| (entry.operation.as_str(), entry.status)).collect();
    assert_eq!(calls, [("test", Some(401)), ("refresh", Some(200)), ("test", Some(200))]);
    assert!(log.iter().all(|entry| entry.at == world.app.clock.now() || entry.took_ms >= 0));
}

#[tokio::test]
async fn rexs_token_is_renewed_with_the_keys_and_revoked_keys_need_new_ones() {
    let world = World::start().await;
    let id = world.connect_rex().await;
    world.rex.expire_tokens();
    world.sync(&id).await;
    assert_connected(&world, &id).await;
    world.rex.revoke(&world.rex.key_sets()[0].api_key);
    let gone = world.connections.test(&id).await;
    assert!(matches!(gone, Err(UseError::NeedsReconnect)), "{gone:?}");
    assert_eq!(world.connection(&id).await.state, ConnectionState::NeedsReconnect);
}

#[tokio::test]
async fn a_token_that_is_rejected_again_after_its_renewal_needs_a_look_at_the_keys() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.octorate.simulation().faults.set("/user/info", Fault::Status(401), 2);
    let rejected = world.connections.test(&id).await;
    assert!(matches!(rejected, Err(UseError::NeedsReconnect)), "{rejected:?}");
    assert_needs_reconnect(&world, &id, "rejected_after_renewal").await;
    assert_eq!(refreshes(&world), 1);
}

#[tokio::test]
async fn a_rejected_token_of_activebuilding_needs_its_user() {
    let world = World::start().await;
    let id = world.connect_activebuilding().await;
    world.connections.test(&id).await.unwrap();
    world.activebuilding.revoke(&world.activebuilding.users()[0].id);
    let gone = world.connections.test(&id).await;
    assert!(matches!(gone, Err(UseError::NeedsReconnect)), "{gone:?}");
    assert_eq!(world.activebuilding.simulation().requests.count("/oauth/access_token"), 1);
    // The same user signs in again.
    let user = world.activebuilding.users()[0].clone();
    let password = user.password.into();
    let again = world.connections.connect_activebuilding(&world.actor, Some(&id), &user.email, &password).await;
    assert_eq!(again.unwrap(), id);
    assert_connected(&world, &id).await;
}

#[tokio::test]
async fn octorates_quota_pauses_and_is_not_a_lost_grant() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.octorate.set_quota(Some(0));
    let limited = world.connections.test(&id).await;
    assert!(matches!(limited, Err(UseError::System(_))), "{limited:?}");
    assert!(assert_failing(&world, &id, "limited").await >= 30);
    world.octorate.set_quota(None);
    world.connections.test(&id).await.unwrap();
    assert_connected(&world, &id).await;
}

#[tokio::test]
async fn tokens_are_sealed_in_their_row_and_the_log_holds_none() {
    let world = World::start().await;
    for id in [world.connect_octorate().await, world.connect_syncaroo().await, world.connect_activebuilding().await] {
        world.connections.test(&id).await.unwrap();
    }
    let bytes = world.app.database_bytes();
    let requests = [world.octorate.simulation(), world.syncaroo.simulation(), world.activebuilding.simulation()];
    let mut secrets = Vec::new();
    for request in requests.iter().flat_map(|simulation| simulation.requests.all()) {
        secrets.extend(request.header("authorization").map(|value| value.replace("Bearer ", "")));
        secrets
            .extend(request.body.split('&').filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.to_owned()));
    }
    secrets.retain(|secret| secret.len() >= 16 && !secret.contains('%') && secret != "authorization_code");
    assert!(secrets.len() >= 5, "{}", secrets.len());
    for secret in secrets {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "a secret is in the database file");
    }
}
