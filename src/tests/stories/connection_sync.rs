//! Reading data through connections: page by page, resumed after a restart, cleaned up after complete syncs only.

use std::time::Duration;

use latchkey_sandbox::simulation::Fault;
use tokio_util::sync::CancellationToken;

use crate::{
    server::{
        connection::{ConnectionState, PlaceQuery, SyncHandler, SyncPhase, SyncStep, UseError},
        ids::ConnectionId,
        jobs::{Handler, Job, JobKind, Next},
    },
    tests::connections::World,
};

const LIST: &str = "/rest/v1/accommodation";

async fn stored(world: &World, id: &ConnectionId, search: &str) -> (Vec<String>, i64) {
    let query = PlaceQuery { search: search.into(), offset: 0, limit: 1_000 };
    let page = world.connections.places(id, &query).await.unwrap();
    (page.places.into_iter().map(|place| place.place.name).collect(), page.total)
}

#[tokio::test]
async fn a_sync_reads_places_and_their_items_and_says_how_far_it_is() {
    let world = World::start().await;
    world.octorate.set_accommodations("anna", 45);
    let id = world.connect_octorate().await;
    assert_eq!(world.connections.due_connections(10).await.unwrap(), std::slice::from_ref(&id));
    assert_eq!(world.connections.sync_step(&id).await.unwrap(), SyncStep::More);
    let connection = world.connection(&id).await;
    let progress = connection.sync.unwrap();
    assert_eq!((progress.phase, progress.page, connection.read_at), (SyncPhase::Places, 1, None));
    assert_eq!(connection.places, 20, "the rows of the first page are readable at once");
    world.sync(&id).await;
    let connection = world.connection(&id).await;
    assert_eq!((connection.sync, connection.places), (None, 45));
    assert!(connection.read_at.is_some());
    let (names, total) = stored(&world, &id, "").await;
    assert_eq!((names.len(), total), (45, 45));
    assert!(names.is_sorted_by_key(|name| name.to_lowercase()));
    let page = world.connections.places(&id, &PlaceQuery { limit: 1, ..PlaceQuery::default() }).await.unwrap();
    let place = &page.places[0];
    let items = world.connections.items(&id, &place.place.id).await.unwrap();
    assert!(!items.is_empty());
    assert_eq!(i64::try_from(items.len()).unwrap(), place.items);
    assert!(world.connections.due_connections(10).await.unwrap().is_empty());
    let few = PlaceQuery { limit: 5, ..PlaceQuery::default() };
    assert_eq!(world.connections.all_places(&world.actor.account, &few).await.unwrap().total, 45);
    assert_eq!(world.connections.all_places(&"another".into(), &few).await.unwrap().total, 0);
}

#[tokio::test]
async fn places_are_found_by_words_without_case_and_wildcards_are_text() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.sync(&id).await;
    let (names, _) = stored(&world, &id, "").await;
    let found = stored(&world, &id, &names[0].to_uppercase()).await.0;
    assert!(found.contains(&names[0]), "{found:?}");
    for nothing in ["%", "_", "!", "no such place"] {
        assert_eq!(stored(&world, &id, nothing).await.1, 0, "{nothing}");
    }
}

#[tokio::test]
async fn a_sync_continues_after_a_restart_where_it_stopped() {
    let world = World::start().await;
    world.octorate.set_accommodations("anna", 100);
    world.octorate.set_rooms(0);
    let id = world.connect_octorate().await;
    for _ in 0..3 {
        assert_eq!(world.connections.sync_step(&id).await.unwrap(), SyncStep::More);
    }
    let read = world.octorate.simulation().requests.count(LIST);
    let restarted = world.second_process().await;
    while restarted.sync_step(&id).await.unwrap() == SyncStep::More {}
    assert_eq!(world.connection(&id).await.places, 100);
    let pages: Vec<_> = world.octorate.simulation().requests.all();
    let pages: Vec<_> = pages.iter().filter(|r| r.path.ends_with(LIST)).map(|r| r.query.clone()).collect();
    let mut distinct = pages.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), pages.len(), "no page was read twice: {pages:?}");
    assert!(read >= 3);
}

#[tokio::test]
async fn of_two_workers_that_take_the_same_step_one_stores_it() {
    let world = World::start().await;
    world.octorate.set_accommodations("anna", 60);
    let id = world.connect_octorate().await;
    let second = world.second_process().await;
    loop {
        let (one, two) = tokio::join!(world.connections.sync_step(&id), second.sync_step(&id));
        if (one.unwrap(), two.unwrap()) == (SyncStep::Done, SyncStep::Done) {
            break;
        }
    }
    assert_eq!(world.connection(&id).await.places, 60);
    let alone = world.connect_octorate().await;
    world.sync(&alone).await;
    assert_eq!(
        world.app.count("select count(distinct sync_step) from connections").await,
        1,
        "no step was stored twice"
    );
}

#[tokio::test]
async fn places_that_disappear_are_removed_after_a_complete_sync_only() {
    let world = World::start().await;
    world.octorate.set_accommodations("anna", 45);
    world.octorate.set_rooms(1);
    let id = world.connect_octorate().await;
    world.sync(&id).await;
    world.octorate.set_accommodations("anna", 25);
    // The list breaks off.
    world.connections.sync_now(&id).await.unwrap();
    world.connections.sync_step(&id).await.unwrap();
    world.octorate.simulation().faults.set(LIST, Fault::Html, 1);
    let paused = world.connections.sync_step(&id).await.unwrap();
    assert!(matches!(paused, SyncStep::Pause(_)), "{paused:?}");
    let connection = world.connection(&id).await;
    assert!(matches!(connection.state, ConnectionState::Failing { .. }));
    assert_eq!(connection.places, 45);
    assert_eq!(stored(&world, &id, "").await.1, 45);
    world.advance(31);
    world.sync(&id).await;
    assert_eq!(stored(&world, &id, "").await.1, 25);
    assert_eq!(world.app.count("select count(*) from connection_items").await, 25);
    assert_eq!(world.connection(&id).await.state, ConnectionState::Connected);
}

#[tokio::test]
async fn nothing_is_removed_while_a_list_can_not_be_read() {
    let world = World::start().await;
    world.octorate.set_accommodations("anna", 5);
    let id = world.connect_octorate().await;
    world.sync(&id).await;
    world.octorate.set_accommodations("anna", 3);
    // The rooms of one place can't be read, three times in a row; the sync goes on with the next place.
    world.connections.sync_now(&id).await.unwrap();
    let users = world.octorate.users();
    let first = users.iter().find(|user| user.username == "anna").unwrap().first_accommodation;
    world.octorate.simulation().faults.set(format!("/rest/v3/roomrates/{first}"), Fault::Html, 3);
    for _ in 0..40 {
        match world.connections.sync_step(&id).await.unwrap() {
            SyncStep::More => {}
            SyncStep::Pause(until) => world.advance(until - world.app.clock.now()),
            SyncStep::Done => break,
        }
    }
    assert_eq!(world.connection(&id).await.sync, None);
    assert_eq!(stored(&world, &id, "").await.1, 5, "a list was left out, so nothing is removed");
    world.sync_everything(&id).await;
    assert_eq!(stored(&world, &id, "").await.1, 3);
}

#[tokio::test]
async fn a_sync_of_changes_removes_nothing_and_a_full_one_runs_daily() {
    let world = World::start().await;
    let id = world.connect_rex().await;
    world.sync(&id).await;
    let places = world.connection(&id).await.places;
    assert!(places > 0);
    let integrator = world.keys().integrator_id;
    world.rex.change_data(&integrator, |data| data.offices.clear());
    for _ in 0..23 {
        world.advance(3_600);
        assert_eq!(world.connections.due_connections(10).await.unwrap(), std::slice::from_ref(&id));
        world.sync(&id).await;
    }
    assert_eq!(world.connection(&id).await.places, places);
    world.advance(3_600);
    world.sync(&id).await;
    assert!(world.connection(&id).await.places < places);
}

#[tokio::test]
async fn every_system_is_synced() {
    let world = World::start().await;
    for id in [
        world.connect_octorate().await,
        world.connect_activebuilding().await,
        world.connect_rex().await,
        world.connect_syncaroo().await,
    ] {
        let steps = world.sync(&id).await;
        let connection = world.connection(&id).await;
        assert_eq!(connection.state, ConnectionState::Connected);
        assert!(connection.places > 0 && steps > 0, "{connection:?}");
        assert!(world.connections.log(&id).await.unwrap().len() <= 50);
    }
    world.advance(6 * 3_600 + 1);
    assert_eq!(world.connections.due_connections(10).await.unwrap().len(), 4);
    assert_eq!(world.connections.due_connections(2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_log_holds_the_last_50_calls() {
    let world = World::start().await;
    let id = world.connect_activebuilding().await;
    for _ in 0..55 {
        world.connections.test(&id).await.unwrap();
    }
    let log = world.connections.log(&id).await.unwrap();
    assert_eq!((log.len(), log[0].operation.as_str(), log[49].operation.as_str()), (50, "test", "test"));
    assert_eq!(world.app.count("select count(*) from connection_log").await, 50);
}

#[tokio::test]
async fn updates_that_are_announced_during_a_sync_do_not_end_it() {
    let world = World::start().await;
    world.serve_syncaroo_links();
    world.syncaroo.configure(|options| (options.locations, options.page_size) = (6, 1));
    let id = world.connect_syncaroo().await;
    assert_eq!(world.connections.sync_step(&id).await.unwrap(), SyncStep::More);
    // The next page's only place is announced before the page is read; once as a new one, once as a known one.
    for syncs in 0..2 {
        world.connections.read_announced(world.syncaroo_address("v1/locations/10002")).await.unwrap();
        world.sync(&id).await;
        assert_eq!(world.connection(&id).await.places, 6, "{syncs}");
        world.connections.sync_now(&id).await.unwrap();
        assert_eq!(world.connections.sync_step(&id).await.unwrap(), SyncStep::More);
    }
}

#[tokio::test]
async fn announced_updates_wait_for_the_systems_pause() {
    let world = World::start().await;
    let id = world.connect_syncaroo().await;
    let address = world.syncaroo_address("v1/locations/10002");
    world.syncaroo.simulation().faults.set("/locations/10002", Fault::Status(429), 1);
    let limited = world.connections.read_announced(address.clone()).await;
    assert!(matches!(limited, Err(UseError::System(_))), "{limited:?}");
    let requested = world.syncaroo.simulation().requests.count("/locations/10002");
    let waiting = world.connections.read_announced(address.clone()).await;
    assert!(matches!(waiting, Err(UseError::Failing(_))), "{waiting:?}");
    assert_eq!(world.syncaroo.simulation().requests.count("/locations/10002"), requested);
    world.advance(3_600);
    world.connections.read_announced(address).await.unwrap();
    assert_eq!(world.connection(&id).await.state, ConnectionState::Connected);
}

#[tokio::test]
async fn nothing_is_read_for_a_disabled_account() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    let requested = world.octorate.simulation().requests.count(LIST);
    world.app.disable_account("jane@acme.example").await;
    let paused = world.connections.sync_step(&id).await.unwrap();
    assert!(matches!(paused, SyncStep::Pause(_)), "{paused:?}");
    assert_eq!(world.octorate.simulation().requests.count(LIST), requested);
    world.execute("update accounts set disabled_at = null").await;
    world.sync(&id).await;
    assert!(world.connection(&id).await.places > 0);
}

#[tokio::test]
async fn a_slow_systems_sync_gives_other_jobs_their_turn() {
    let world = World::start().await;
    world.octorate.set_accommodations("anna", 100);
    let id = world.connect_octorate().await;
    let requests = world.octorate.simulation().requests.clone();
    let before = requests.count(LIST);
    world.octorate.simulation().faults.set(LIST, Fault::Slow(Duration::from_millis(700)), 1);
    let job = Job { kind: JobKind::ConnectionSync, key: id.to_string(), tries: 0 };
    let (handler, stop) = (SyncHandler(world.connections.clone()), CancellationToken::new());
    let pass_time = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.app.clock.advance(10);
    };
    let (next, ()) = tokio::join!(handler.run(&job, &stop), pass_time);
    assert!(matches!(next, Ok(Next::Continue)), "{next:?}");
    assert_eq!(requests.count(LIST), before + 1);
    assert_eq!(world.connection(&id).await.places, 20, "what was read is stored");
}
