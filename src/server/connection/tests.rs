//! Syncs with a connector that answers as each test says.

use std::sync::{Arc, Mutex};

use secrecy::SecretString;

use super::{Connections, Connectors, NewConnection, PlaceQuery, SyncStep, System, UseError, grant};
use crate::{
    server::{
        clock::{Clock, Epoch},
        connectors::{Batch, Caller, Connector, ConnectorError, Grant, Position, RenewalPolicy, Subject},
        core::Core,
        ids::ConnectionId,
        jobs::Queue,
        metrics::Metrics,
        outbound::{Limits, Outbound},
        property_data::{Place, PlaceItem},
        rng::Rng,
        storage::{self, Storage, connections},
        vault::{KeyRing, Vault, generate},
    },
    tests::app::Folder,
};

/// What the list of places answers to a cursor.
type Pages = fn(Option<&str>) -> Result<Batch<Place>, ConnectorError>;

#[derive(Clone)]
struct Scripted {
    pages: Arc<Mutex<Pages>>,
    items: Arc<Mutex<Result<u64, ConnectorError>>>,
    /// The times that places were asked to have changed since.
    requested: Arc<Mutex<Vec<Option<Epoch>>>>,
}

impl Connector for Scripted {
    const RENEWAL: RenewalPolicy = RenewalPolicy::Reusable;
    const INCREMENTAL: bool = true;

    async fn test(&self, _: &Caller, _: &Grant) -> Result<Subject, ConnectorError> {
        Ok(Subject::default())
    }

    async fn renew(&self, _: &Caller, _: &SecretString) -> Result<Grant, ConnectorError> {
        Err(ConnectorError::TooSlow)
    }

    async fn places(&self, _: &Caller, _: &Grant, position: Position<'_>) -> Result<Batch<Place>, ConnectorError> {
        self.requested.lock().unwrap().push(position.changed_since);
        let pages = *self.pages.lock().unwrap();
        pages(position.cursor)
    }

    fn has_items(&self, kind: &str) -> bool {
        kind == "office"
    }

    async fn items(
        &self,
        _: &Caller,
        _: &Grant,
        place: &str,
        _: Position<'_>,
    ) -> Result<Batch<PlaceItem>, ConnectorError> {
        let count = self.items.lock().unwrap().clone()?;
        let item = |n: u64| PlaceItem { id: format!("{place}-{n}"), ..PlaceItem::default() };
        Ok(Batch { rows: (0..count).map(item).collect(), malformed: 0, next: None, page: None })
    }
}

struct World {
    connections: Connections,
    scripted: Scripted,
    core: Core,
    id: ConnectionId,
    _folder: Folder,
}

impl World {
    async fn with(pages: Pages) -> Self {
        let (folder, clock) = (Folder::make(), Clock::default());
        let storage = Storage::open(&format!("sqlite:{}", folder.0.join("latchkey.db").display())).await.unwrap();
        let core = Core { storage, clock: clock.clone(), rng: Rng, metrics: Metrics::default() };
        let scripted = Scripted {
            pages: Arc::new(Mutex::new(pages)),
            items: Arc::new(Mutex::new(Ok(2))),
            requested: Arc::default(),
        };
        let connectors = Connectors::default().with(System::Rex, scripted.clone());
        let vault = Vault::new(KeyRing::parse(&generate("k1", &Rng)).unwrap(), Rng);
        let outbound = Outbound::new(Limits::default(), clock.clone()).unwrap();
        let id = ConnectionId::from("c1");
        let plain = Grant { access: "a".into(), renewal: Some("r".into()), expires_at: None };
        let (sealed, in_job, now) = (grant::seal(&vault, &id, &plain, clock.now()), id.clone(), clock.now());
        let insert = core.storage.write(move |mut tx| async move {
            let new = NewConnection {
                id: &in_job,
                account: None,
                system: System::Rex,
                subject_id: "",
                subject_name: "",
                grant: &sealed,
            };
            connections::insert(&mut tx, new, now).await
        });
        insert.await.unwrap();
        let public_url = "http://localhost:3000".parse().unwrap();
        let connections = Connections::new(core.clone(), vault, &outbound, connectors, public_url, Queue::default());
        Self { connections, scripted, core, id, _folder: folder }
    }

    /// Runs a sync to its end, through all pauses. Returns how many steps it took.
    async fn sync(&self) -> usize {
        for step in 1..200 {
            match self.connections.sync_step(&self.id).await.unwrap() {
                SyncStep::More => {}
                SyncStep::Pause(until) => self.core.clock.advance(until - self.core.clock.now()),
                SyncStep::Done => return step,
            }
        }
        panic!("the sync does not end");
    }

    async fn sync_everything(&self) -> usize {
        self.connections.sync_now(&self.id).await.unwrap();
        self.sync().await
    }

    fn set_pages(&self, pages: Pages) {
        *self.scripted.pages.lock().unwrap() = pages;
    }

    async fn stored(&self) -> Vec<String> {
        let query = PlaceQuery { limit: 1_000, ..PlaceQuery::default() };
        let page = self.connections.places(&self.id, &query).await.unwrap();
        page.places.into_iter().map(|place| place.place.id).collect()
    }
}

fn place(id: &str, kind: &str) -> Place {
    Place { id: id.into(), name: format!("Name {id}"), kind: kind.into(), ..Place::default() }
}

fn batch(ids: &[&str], next: Option<&str>) -> Result<Batch<Place>, ConnectorError> {
    let rows = ids.iter().map(|id| place(id, "office")).collect();
    Ok(Batch { rows, malformed: 0, next: next.map(str::to_owned), page: None })
}

#[tokio::test]
async fn pages_that_name_each_other_in_a_circle_are_read_once_and_nothing_is_removed() {
    let world = World::with(|_| batch(&["1", "2", "3"], None)).await;
    world.sync().await;
    world.set_pages(|cursor| match cursor {
        None => batch(&["1"], Some("a")),
        Some("a") => batch(&["2"], Some("b")),
        Some(_) => batch(&["1"], Some("a")),
    });
    assert!(world.sync_everything().await < 10);
    assert_eq!(world.stored().await, ["1", "2", "3"]);
    // A page that names itself.
    world.set_pages(|_| batch(&["1"], Some("a")));
    assert!(world.sync_everything().await < 10);
    assert_eq!(world.stored().await, ["1", "2", "3"]);
}

#[tokio::test]
async fn nothing_is_removed_after_a_sync_that_left_rows_out() {
    let world = World::with(|_| batch(&["1", "2"], None)).await;
    world.sync().await;
    world.set_pages(|_| batch(&["1"], None).map(|batch| Batch { malformed: 1, ..batch }));
    world.sync_everything().await;
    assert_eq!(world.stored().await, ["1", "2"]);
    world.set_pages(|_| batch(&["1"], None));
    world.sync_everything().await;
    assert_eq!(world.stored().await, ["1"]);
}

#[tokio::test]
async fn a_system_may_use_an_id_for_an_office_and_a_property_and_repeat_a_row() {
    let world = World::with(|_| {
        let rows = vec![place("1", "office"), place("1", "property"), place("1", "office")];
        Ok(Batch { rows, malformed: 0, next: None, page: None })
    });
    let world = world.await;
    world.sync().await;
    assert_eq!(world.stored().await, ["1", "1"]);
}

#[tokio::test]
async fn a_list_that_the_grant_may_not_read_is_left_out() {
    let world = World::with(|_| batch(&["1", "2"], None)).await;
    *world.scripted.items.lock().unwrap() = Err(ConnectorError::NotPermitted);
    assert!(world.sync().await < 6);
    assert_eq!(world.stored().await, ["1", "2"]);
    assert!(world.connections.find_any(&world.id).await.unwrap().unwrap().error.is_none());
}

#[tokio::test]
async fn a_position_that_became_invalid_begins_the_list_again() {
    let world = World::with(|cursor| match cursor {
        None => batch(&["1"], Some("a")),
        Some(_) => Err(ConnectorError::PastTheEnd),
    });
    let world = world.await;
    for _ in 0..12 {
        if let SyncStep::Pause(until) = world.connections.sync_step(&world.id).await.unwrap() {
            world.core.clock.advance(until - world.core.clock.now());
        }
    }
    world.set_pages(|cursor| match cursor {
        None => batch(&["1"], Some("b")),
        Some("b") => batch(&["2"], None),
        Some(_) => Err(ConnectorError::PastTheEnd),
    });
    world.sync().await;
    assert_eq!(world.stored().await, ["1", "2"]);
}

#[tokio::test]
async fn changes_are_read_since_ten_minutes_before_the_last_sync_began() {
    let world = World::with(|_| batch(&["1"], None)).await;
    let began = world.core.clock.now();
    world.sync().await;
    assert_eq!(world.connections.sync_step(&world.id).await.unwrap(), SyncStep::Done);
    world.core.clock.advance(3_600);
    world.sync().await;
    assert_eq!(*world.scripted.requested.lock().unwrap(), [None, Some(began - 600)]);
    world.sync_everything().await;
    assert_eq!(world.scripted.requested.lock().unwrap().last(), Some(&None));
}

#[tokio::test]
async fn a_systems_rate_limit_holds_for_syncs_also_when_someone_asks_for_one() {
    let world = World::with(|_| Err(ConnectorError::Limited(Some(900)))).await;
    let now = world.core.clock.now();
    let step = world.connections.sync_step(&world.id).await.unwrap();
    assert!(matches!(step, SyncStep::Pause(until) if (900..905).contains(&(until - now))), "{step:?}");
    world.set_pages(|_| Err(ConnectorError::Limited(Some(30))));
    world.connections.test(&world.id).await.unwrap();
    world.connections.sync_now(&world.id).await.unwrap();
    let step = world.connections.sync_step(&world.id).await.unwrap();
    assert!(matches!(step, SyncStep::Pause(until) if (895..905).contains(&(until - now))), "{step:?}");
    assert!(world.connections.due_connections(9).await.unwrap().is_empty());
    assert_eq!(world.scripted.requested.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_connection_whose_system_is_off_is_left_alone() {
    let world = World::with(|_| batch(&["1"], None)).await;
    let write = world.core.storage.write(|mut tx| async move {
        sqlx::query("update connections set system = 'octorate'").execute(tx.raw()).await.unwrap();
        Ok::<_, storage::Error>(())
    });
    write.await.unwrap();
    assert_eq!(world.connections.sync_step(&world.id).await.unwrap(), SyncStep::Done);
    assert!(matches!(world.connections.test(&world.id).await, Err(UseError::NotConfigured)));
}
