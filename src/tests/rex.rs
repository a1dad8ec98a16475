//! The REX connector's calls over HTTP against the simulator on loopback: the C checks of `property-systems.md`,
//! section 5.6, that a connector alone can show.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use latchkey_sandbox::{
    rex::{self, KeySet, Settings, Simulator},
    simulation::{Fault, Simulation},
};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use url::Url;

use crate::server::{
    clock::Clock,
    connectors::{
        Batch, Caller, Connector, ConnectorError, Grant, Position, RenewalPolicy,
        rex::{Format, Keys, Rex},
    },
    outbound::{Limits, Outbound},
    property_data::Place,
};

struct World {
    simulator: Simulator,
    caller: Caller,
    rex: Rex,
    keys: Keys,
}

async fn world(format: Format) -> World {
    let simulator = Simulator::new(Simulation::default());
    // Strict: the connector sends `page` and `take` always.
    simulator.set_settings(Settings { require_paging: true, ..Settings::default() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/sim/rex/api/v1", listener.local_addr().unwrap())).unwrap();
    let router = axum::Router::new().nest("/sim/rex/api/v1", rex::router(simulator.clone()));
    tokio::spawn(latchkey_sandbox::serve(listener, router, std::future::pending()));
    let limits = Limits { whole: Duration::from_millis(1_500), ..Limits::default() };
    let clock = Clock::default();
    let caller = Caller::new(Outbound::new(limits, clock.clone()).unwrap(), clock);
    let keys = typed(&simulator.key_sets()[0]);
    World { simulator, caller, rex: Rex::new(url, format), keys }
}

fn typed(keys: &KeySet) -> Keys {
    Keys::read(&keys.api_key, &keys.secret_key, &keys.integrator_id).unwrap()
}

impl World {
    async fn connect(&self) -> Grant {
        self.rex.check(&self.caller, &self.keys).await.unwrap();
        self.renew().await.unwrap()
    }

    async fn renew(&self) -> Result<Grant, ConnectorError> {
        self.rex.renew(&self.caller, &self.keys.to_renewal()).await
    }

    async fn places(&self, grant: &Grant, cursor: Option<&str>) -> Result<Batch<Place>, ConnectorError> {
        let position = Position { cursor, changed_since: None };
        self.rex.places(&self.caller, grant, position).await
    }

    /// Reads all places and returns them with the cursors.
    async fn all_places(&self, grant: &Grant, changed_since: Option<i64>) -> (Vec<Place>, Vec<String>) {
        let (mut places, mut cursors) = (Vec::new(), Vec::<String>::new());
        loop {
            let position = Position { cursor: cursors.last().map(String::as_str), changed_since };
            let batch = self.rex.places(&self.caller, grant, position).await.unwrap();
            assert_eq!(batch.malformed, 0);
            places.extend(batch.rows);
            match batch.next {
                Some(next) => cursors.push(next),
                None => return (places, cursors),
            }
        }
    }

    fn fail(&self, path: &str, fault: Fault) {
        self.simulator.simulation().faults.set(path, fault, 1);
    }
}

#[tokio::test]
async fn keys_are_checked_and_give_a_token_for_48_hours() {
    assert_eq!((Rex::RENEWAL, Rex::INCREMENTAL), (RenewalPolicy::Reusable, true));
    for format in [Format::Json, Format::Xml] {
        let world = world(format).await;
        let before = world.caller.clock().now();
        let grant = world.connect().await;
        let life = grant.expires_at.unwrap() - before;
        assert!((172_800..172_803).contains(&life), "{life}");
        assert_eq!(grant.renewal.as_ref().unwrap().expose_secret(), world.keys.to_renewal().expose_secret());
        let subject = world.rex.test(&world.caller, &grant).await.unwrap();
        assert_eq!((subject.id.as_str(), subject.name.as_str()), ("71001", ""));

        let requests = world.simulator.simulation().requests.all();
        let keys = &world.simulator.key_sets()[0];
        let body = format!("=client_id%3D{}%26secret%3D{}", keys.api_key, keys.secret_key);
        assert_eq!((requests[0].path.as_str(), &requests[0].body), ("/oauth/ValidateClient", &body));
        let body =
            format!("=grant_type%3Dauthorization_code%26client_id%3D{}%26code%3D{}", keys.api_key, keys.secret_key);
        assert_eq!((requests[1].path.as_str(), &requests[1].body), ("/oauth/token", &body));
        assert_eq!(
            (requests[2].path.as_str(), requests[2].header("content-length")),
            ("/oauth/ValidateToken", Some("0"))
        );
        for request in &requests {
            assert_eq!((request.method.as_str(), request.status), ("POST", Some(200)));
            let media_type = if format == Format::Json { "json" } else { "xml" };
            let expected = format!("application/{media_type}; charset=utf-8");
            assert_eq!(request.header("accept"), Some(expected.as_str()));
        }
        let calls: Vec<_> = world.caller.take_calls().into_iter().map(|call| call.operation).collect();
        assert_eq!(calls, ["check-keys", "token", "validate-token"]);
    }
}

#[tokio::test]
async fn wrong_keys_are_refused() {
    let world = world(Format::Json).await;
    let [one, two] = <[KeySet; 2]>::try_from(world.simulator.key_sets()).unwrap();
    let other_secret = KeySet { secret_key: two.secret_key.clone(), ..one.clone() };
    let other_integrator = KeySet { integrator_id: two.integrator_id.clone(), ..one.clone() };
    for wrong in [&other_secret, &other_integrator] {
        let refused = world.rex.check(&world.caller, &typed(wrong)).await;
        assert_eq!(refused, Err(ConnectorError::GrantGone));
    }
    let renewed = world.rex.renew(&world.caller, &typed(&other_secret).to_renewal()).await;
    assert_eq!(renewed.unwrap_err(), ConnectorError::GrantGone);
}

#[tokio::test]
async fn offices_are_read_before_properties_and_their_associates_by_office() {
    for format in [Format::Json, Format::Xml] {
        let world = world(format).await;
        let grant = world.connect().await;
        let (places, cursors) = world.all_places(&grant, None).await;
        assert_eq!(cursors, ["properties:1"]);
        let offices: Vec<_> = places.iter().filter(|place| place.kind == "office").collect();
        let shown: Vec<_> = offices.iter().map(|o| (o.id.as_str(), o.name.as_str(), o.status.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("71001", "RE/MAX Atlântico", "active"),
                ("71002", "RE/MAX Baía & Filhos", "active"),
                ("71003", "RE/MAX Antiga", "terminated")
            ]
        );
        let statuses: Vec<_> = places.iter().skip(3).map(|place| place.status.as_str()).collect();
        assert_eq!(statuses, ["active", "rented", "sale agreed", "sold", "cancelled", "expired", "draft"]);

        assert!(world.rex.has_items("office") && !world.rex.has_items("property"));
        let batch = world.rex.items(&world.caller, &grant, "71002", Position::default()).await.unwrap();
        let names: Vec<_> = batch.rows.iter().map(|item| (item.id.as_str(), item.name.as_str())).collect();
        assert_eq!(names, [("710003", "Clara Ünal"), ("710004", "Davi D'Ávila")]);
        assert_eq!((batch.next, batch.malformed), (None, 0));
    }
}

#[tokio::test]
async fn every_page_of_a_long_list_is_read_once() {
    let world = world(Format::Json).await;
    world.simulator.change_data("71001", |data| data.generate("71001", 150, 293));
    let grant = world.connect().await;
    world.simulator.simulation().requests.clear();
    let (places, cursors) = world.all_places(&grant, None).await;
    assert_eq!(cursors, ["offices:2", "properties:1", "properties:2", "properties:3"]);
    assert_eq!(places.len(), 153 + 300);
    let queries: Vec<_> = world.simulator.simulation().requests.all().into_iter().map(|r| r.query).collect();
    assert_eq!(queries.len(), 5);
    assert_eq!(queries[1], "page=2&take=100&all=1");
    assert_eq!(queries[4], "page=3&take=100&all=true");
    let batch = world.places(&grant, Some("properties:2")).await.unwrap();
    assert_eq!((batch.page, batch.rows.len()), (Some((2, 3)), 100));
}

#[tokio::test]
async fn only_rows_that_changed_at_a_time_or_later_are_read() {
    let world = world(Format::Xml).await;
    let grant = world.connect().await;
    let now = world.simulator.simulation().clock.now();
    world.simulator.change_data("71001", |data| {
        let modified = world.simulator.eastern_now();
        data.offices[2].modified.clone_from(&modified);
        data.properties[3].modified = modified;
    });
    let (places, _) = world.all_places(&grant, Some(now)).await;
    let ids: Vec<_> = places.iter().map(|place| place.status.as_str()).collect();
    assert_eq!(ids, ["terminated", "sold"]);
}

#[tokio::test]
async fn an_expired_token_is_rejected_and_the_keys_give_a_new_one() {
    let world = world(Format::Json).await;
    let grant = world.connect().await;
    world.simulator.simulation().clock.advance(172_801);
    assert_eq!(world.places(&grant, None).await.unwrap_err(), ConnectorError::TokenRejected);
    assert_eq!(world.rex.test(&world.caller, &grant).await.unwrap_err(), ConnectorError::TokenRejected);
    let renewed = world.renew().await.unwrap();
    assert_ne!(renewed.access.expose_secret(), grant.access.expose_secret());
    assert_eq!(world.places(&renewed, None).await.unwrap().rows.len(), 3);
    world.rex.test(&world.caller, &renewed).await.unwrap();
}

#[tokio::test]
async fn revoked_keys_are_gone() {
    let world = world(Format::Xml).await;
    let grant = world.connect().await;
    world.simulator.revoke(&world.simulator.key_sets()[0].api_key);
    assert_eq!(world.places(&grant, None).await.unwrap_err(), ConnectorError::TokenRejected);
    assert_eq!(world.rex.test(&world.caller, &grant).await.unwrap_err(), ConnectorError::TokenRejected);
    assert_eq!(world.renew().await.unwrap_err(), ConnectorError::GrantGone);
}

#[tokio::test]
async fn an_integrator_id_without_access_is_gone() {
    let world = world(Format::Json).await;
    let keys = KeySet { integrator_id: "99999".into(), ..world.simulator.key_sets()[0].clone() };
    let renewal = typed(&keys).to_renewal();
    let grant = world.rex.renew(&world.caller, &renewal).await.unwrap();
    assert_eq!(world.rex.test(&world.caller, &grant).await.unwrap_err(), ConnectorError::GrantGone);
    assert_eq!(world.places(&grant, None).await.unwrap_err(), ConnectorError::Refused(Some(404)));
    let without_keys = Grant { renewal: None, ..grant };
    assert_eq!(world.places(&without_keys, None).await.unwrap_err(), ConnectorError::GrantGone);
}

#[tokio::test]
async fn failures_of_the_server_say_nothing_about_the_keys() {
    for format in [Format::Json, Format::Xml] {
        let world = world(format).await;
        let grant = world.connect().await;
        for path in ["/oauth/token", "/71001/offices"] {
            for fault in [
                Fault::Html,
                Fault::Empty,
                Fault::Cut,
                Fault::LostReply,
                Fault::Status(403),
                Fault::Status(404),
                Fault::Status(429),
                Fault::Status(500),
                Fault::Status(503),
            ] {
                world.fail(path, fault);
                let error = match path {
                    "/oauth/token" => world.renew().await.unwrap_err(),
                    _ => world.places(&grant, None).await.unwrap_err(),
                };
                assert_ne!(error, ConnectorError::GrantGone, "{path} {fault:?}");
            }
        }
        world.places(&grant, None).await.unwrap();
        world.renew().await.unwrap();
        let settings = Settings { require_https: true, ..Settings::default() };
        world.simulator.set_settings(settings);
        assert_eq!(world.renew().await.unwrap_err(), ConnectorError::ClientRefused(403));
        let refused = world.rex.check(&world.caller, &world.keys).await;
        assert_eq!(refused, Err(ConnectorError::ClientRefused(403)));
    }
}

#[tokio::test]
async fn an_answer_that_takes_too_long_says_nothing_about_the_keys() {
    let world = world(Format::Json).await;
    world.fail("/oauth/token", Fault::Slow(Duration::from_secs(10)));
    assert_eq!(world.renew().await.unwrap_err(), ConnectorError::TooSlow);
}

/// Collects log lines.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_keys_nor_tokens_nor_clear_text_passwords_get_into_rows_errors_or_logs() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut shown = String::new();
    let mut secrets = Vec::new();
    for format in [Format::Json, Format::Xml] {
        let world = world(format).await;
        let grant = world.connect().await;
        shown +=
            &format!("{:?} {:?} {:?} {:?}", world.rex, world.keys, grant, world.rex.test(&world.caller, &grant).await);
        shown += &format!("{:?}", world.all_places(&grant, None).await);
        for office in ["71001", "71002"] {
            shown += &format!("{:?}", world.rex.items(&world.caller, &grant, office, Position::default()).await);
        }
        for fault in [Fault::Cut, Fault::Html, Fault::LostReply, Fault::Status(401)] {
            for path in ["/71001/offices", "/71001/associates"] {
                world.fail(path, fault);
            }
            let error = world.places(&grant, None).await.unwrap_err();
            shown += &format!("{error} {error:?}");
            let error = world.rex.items(&world.caller, &grant, "71001", Position::default()).await.unwrap_err();
            shown += &format!("{error} {error:?}");
        }
        shown += &format!("{:?}", world.caller.take_calls());
        secrets.push(grant.access.expose_secret().to_owned());
        let data = world.simulator.data("71001").unwrap();
        let credentials = data.offices.iter().map(rex::Office::credentials);
        for (name, password) in credentials.chain(data.associates.iter().map(rex::Associate::credentials)) {
            secrets.extend([name, password]);
        }
        let keys = world.simulator.key_sets().remove(0);
        secrets.extend([keys.api_key, keys.secret_key]);
    }
    drop(guard);
    shown += &String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(shown.contains("REX accepts the token"), "the log was captured");
    for secret in secrets {
        assert!(!shown.contains(&secret), "{secret}");
    }
}
