//! The connector against the simulator, over HTTP on loopback.

use std::{collections::BTreeSet, time::Duration};

use latchkey_sandbox::{
    simulation::{Fault, Simulation},
    syncaroo::{self, NextLink, Reuse, Simulator},
};
use secrecy::ExposeSecret;

use super::*;
use crate::server::{
    clock::Clock,
    outbound::{Limits, Outbound},
};

const REDIRECT: &str = "https://latchkey.example/connections/syncaroo/callback";

struct World {
    simulator: Simulator,
    syncaroo: Syncaroo,
    caller: Caller,
}

impl World {
    async fn new() -> Self {
        let simulator = Simulator::new(Simulation::default());
        simulator.add_redirect_uri(REDIRECT);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}/sim/syncaroo/api", listener.local_addr().unwrap());
        let routes = axum::Router::new().nest("/sim/syncaroo/api", syncaroo::router(simulator.clone()));
        tokio::spawn(latchkey_sandbox::serve(listener, routes, std::future::pending()));
        simulator.configure(|options| options.base_url.clone_from(&api));
        let limits = Limits { whole: Duration::from_millis(1500), ..Limits::default() };
        let caller = Caller::new(Outbound::new(limits, Clock::default()).unwrap(), Clock::default());
        Self { simulator, syncaroo: connector(&api), caller }
    }

    fn grant(&self) -> Grant {
        let (access, refresh) = self.simulator.issue_tokens();
        Grant { access: access.into(), renewal: Some(refresh.into()), expires_at: None }
    }

    async fn places(&self, grant: &Grant, cursor: Option<&str>) -> Result<Batch<Place>, ConnectorError> {
        self.syncaroo.places(&self.caller, grant, Position { cursor, changed_since: None }).await
    }

    /// Reads all pages. Returns the ids in order.
    async fn all_places(&self, grant: &Grant) -> Vec<String> {
        let (mut ids, mut cursor) = (Vec::new(), None);
        loop {
            let batch = self.places(grant, cursor.as_deref()).await.unwrap();
            ids.extend(batch.rows.into_iter().map(|row| row.id));
            match batch.next {
                Some(next) => cursor = Some(next),
                None => return ids,
            }
        }
    }

    async fn renew(&self, grant: &Grant) -> Result<Grant, ConnectorError> {
        self.syncaroo.renew(&self.caller, grant.renewal.as_ref().unwrap()).await
    }

    fn requests(&self, path_end: &str) -> usize {
        self.simulator.simulation().requests.count(path_end)
    }
}

#[tokio::test]
async fn a_code_becomes_a_grant_that_reads_locations_and_their_resources() {
    let world = World::new().await;
    let code = SecretString::from(world.simulator.approve(REDIRECT));
    let grant = world.syncaroo.exchange(&world.caller, REDIRECT, &code).await.unwrap();
    assert_eq!(world.syncaroo.test(&world.caller, &grant).await, Ok(Subject::default()));

    let batch = world.places(&grant, None).await.unwrap();
    assert_eq!((batch.rows.len(), batch.malformed, batch.page), (7, 0, Some((1, 1))));
    let place = &batch.rows[0];
    assert!(place.name.starts_with("Demo Workspace 1 - ") && world.syncaroo.has_items(&place.kind), "{place:?}");
    assert!(place.address.street.contains(", "));
    let position = Position::default();
    let items = world.syncaroo.items(&world.caller, &grant, &place.id, position).await.unwrap().rows;
    let kinds: BTreeSet<_> = items.iter().map(|item| item.kind.as_str()).collect();
    assert!(kinds.len() == 6 && kinds.contains("fixed-desk"), "{kinds:?}");

    let requests = world.simulator.simulation().requests.all();
    let form = "application/x-www-form-urlencoded";
    assert_eq!((requests[0].header("content-type"), requests[0].query.as_str()), (Some(form), ""));
    for request in &requests[1..] {
        assert_eq!(request.header("accept"), Some("application/json"));
        assert!(request.header("authorization").unwrap().starts_with("Bearer "));
    }
    let calls: Vec<_> = world.caller.take_calls().iter().map(|call| (call.operation, call.status)).collect();
    let ok = Some(200);
    assert_eq!(calls, [("exchange", ok), ("test", ok), ("places", ok), ("items", ok)]);
}

#[tokio::test]
async fn a_code_used_twice_or_with_another_redirect_uri_is_gone() {
    let world = World::new().await;
    let code = SecretString::from(world.simulator.approve(REDIRECT));
    for (redirect, is_good) in [("https://other.example/", false), (REDIRECT, true), (REDIRECT, false)] {
        let result = world.syncaroo.exchange(&world.caller, redirect, &code).await;
        assert_eq!(result.map(|_| ()), if is_good { Ok(()) } else { Err(ConnectorError::GrantGone) });
    }
}

#[tokio::test]
async fn three_pages_are_every_record_once_in_three_requests() {
    let world = World::new().await;
    world.simulator.configure(|options| options.page_size = 3);
    let ids = world.all_places(&world.grant()).await;
    assert_eq!(ids, ["10001", "10002", "10003", "10004", "10005", "10006", "10007"]);
    assert_eq!(world.requests("/v1/locations"), 3);
}

#[tokio::test]
async fn a_page_that_names_itself_or_the_first_one_is_read_once() {
    for link in [NextLink::Itself, NextLink::First] {
        let world = World::new().await;
        world.simulator.configure(|options| (options.page_size, options.next_link) = (3, link));
        assert_eq!(world.all_places(&world.grant()).await, ["10001", "10002", "10003"]);
        assert_eq!(world.requests("/v1/locations"), 1);
    }
    let world = World::new().await;
    world.simulator.configure(|options| options.page_size = 3);
    let grant = world.grant();
    let second = world.places(&grant, None).await.unwrap().next;
    world.simulator.configure(|options| options.next_link = NextLink::Itself);
    let batch = world.places(&grant, second.as_deref()).await.unwrap();
    assert_eq!((batch.rows.len(), batch.next, batch.malformed), (3, None, 1));
}

#[tokio::test]
async fn a_next_page_on_another_host_is_not_read() {
    let world = World::new().await;
    let other = World::new().await;
    let origin = other.simulator.options().base_url;
    for link in [NextLink::OtherOrigin(origin.clone()), NextLink::Text(format!("//{}", origin.replace("http://", "")))]
    {
        world.simulator.configure(|options| (options.page_size, options.next_link) = (3, link));
        let result = world.places(&world.grant(), None).await;
        assert!(matches!(result, Err(ConnectorError::NotUnderstood(_))), "{result:?}");
    }
    assert_eq!(other.requests(""), 0);
}

#[tokio::test]
async fn after_a_401_in_the_middle_of_a_list_a_new_token_continues_at_that_page_without_duplicates() {
    let world = World::new().await;
    world.simulator.configure(|options| options.page_size = 3);
    let grant = world.grant();
    let first = world.places(&grant, None).await.unwrap();
    world.simulator.simulation().clock.advance(601);
    let cursor = first.next.as_deref();
    assert_eq!(world.places(&grant, cursor).await.map(|_| ()), Err(ConnectorError::TokenRejected));
    let grant = world.renew(&grant).await.unwrap();
    let second = world.places(&grant, cursor).await.unwrap();
    assert_eq!(second.rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["10004", "10005", "10006"]);
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_reuse_is_a_gone_grant() {
    let world = World::new().await;
    world.simulator.configure(|options| options.reuse = Reuse::FamilyRevoked);
    let grant = world.grant();
    let renewed = world.renew(&grant).await.unwrap();
    let secrets =
        |grant: &Grant| [&grant.access, grant.renewal.as_ref().unwrap()].map(|s| s.expose_secret().to_owned());
    let (old, new) = (secrets(&grant), secrets(&renewed));
    assert!(old[0] != new[0] && old[1] != new[1] && renewed.expires_at.is_some());
    assert_eq!(world.renew(&grant).await.map(|_| ()), Err(ConnectorError::GrantGone));
    assert_eq!(world.renew(&renewed).await.map(|_| ()), Err(ConnectorError::GrantGone), "the family is revoked");
}

#[tokio::test]
async fn a_failing_server_never_looks_like_a_gone_grant() {
    let world = World::new().await;
    let grant = world.grant();
    for fault in [
        Fault::Status(500),
        Fault::Status(502),
        Fault::Status(503),
        Fault::Status(400),
        Fault::Status(401),
        Fault::Html,
        Fault::Empty,
        Fault::Cut,
        Fault::LostReply,
        Fault::Slow(Duration::from_secs(3)),
    ] {
        world.simulator.simulation().faults.set("/token", fault, 1);
        // A lost, cut or late reply has spent the token all the same, so each fault gets a grant of its own.
        let error = world.renew(&world.grant()).await.unwrap_err();
        assert!(!matches!(error, ConnectorError::GrantGone), "{fault:?}: {error}");
    }
    assert!(world.renew(&grant).await.is_ok());
}

#[tokio::test]
async fn a_webhook_s_api_url_is_read_only_on_the_configured_host() {
    let world = World::new().await;
    let grant = world.grant();
    world.simulator.rename(0, "Renamed");
    let base = world.simulator.options().base_url;
    let read = async |url: String| world.syncaroo.announced(&world.caller, &grant, &url).await;

    let Ok(Announced::Places(batch)) = read(format!("{base}/v1/locations/10001")).await else { panic!() };
    assert_eq!((batch.rows.len(), batch.rows[0].name.as_str()), (1, "Renamed"));
    let Ok(Announced::Items { place, batch }) = read(format!("{base}/v1/locations/10001/resources")).await else {
        panic!()
    };
    assert_eq!((place.as_str(), batch.rows.len()), ("10001", 6));
    let rates = read(format!("{base}/v1/locations/10001/resources/100010/rates")).await;
    assert!(matches!(rates, Ok(Announced::Other)), "{rates:?}");
    assert_eq!(read(format!("{base}/v1/locations/9")).await.unwrap_err(), ConnectorError::Refused(Some(404)));

    let sent = world.requests("");
    let port = base.split(['/', ':']).nth(4).unwrap().to_owned();
    for url in [
        "http://127.0.0.1:1/v1/locations".to_owned(),
        format!("http://localhost:{port}/sim/syncaroo/api/v1/locations"),
        format!("https://127.0.0.1:{port}/sim/syncaroo/api/v1/locations"),
        format!("http://user@127.0.0.1:{port}/sim/syncaroo/api/v1/locations"),
        format!("//127.0.0.1:{port}/sim/syncaroo/api/v1/locations"),
        "https://api.syncar.../".to_owned(),
        String::new(),
    ] {
        assert!(matches!(read(url.clone()).await, Err(ConnectorError::NotPermitted)), "{url}");
    }
    assert_eq!(world.requests(""), sent, "nothing was sent");
}
