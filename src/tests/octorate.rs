//! The Octorate connector's calls over HTTP against the simulator on loopback: the C checks of section 2.8 of
//! `property-systems.md` that a connector alone can show.

use std::time::Duration;

use latchkey_sandbox::{
    octorate::{self as simulated, ExpiryForm, Modes, PlaceForm, RefusalStatus, Simulator, TokenName},
    simulation::{Fault, Simulation},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::server::{
    clock::Clock,
    connectors::{
        Caller, Connector, ConnectorError, Grant, Position,
        octorate::{Octorate, OctorateSettings},
    },
    outbound::{Limits, Outbound},
};

const REDIRECT: &str = "https://app.example/connections/octorate/callback";

/// The simulator on loopback, the connector, and a caller with short time limits.
struct World {
    simulator: Simulator,
    octorate: Octorate,
    caller: Caller,
    base: Url,
}

impl World {
    async fn new() -> Self {
        let simulator = Simulator::with_redirect_uris(Simulation::default(), [REDIRECT]);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}/sim/octorate", listener.local_addr().unwrap())).unwrap();
        let router = axum::Router::new().nest("/sim/octorate", simulated::router(simulator.clone()));
        tokio::spawn(latchkey_sandbox::serve(listener, router, std::future::pending()));
        let limits = Limits { whole: Duration::from_millis(700), ..Limits::default() };
        let clock = Clock::default();
        let caller = Caller::new(Outbound::new(limits, clock.clone()).unwrap(), clock);
        let secret = simulator.apps()[0].client_secret.clone();
        Self { octorate: connector(&simulator, &base, &secret), simulator, caller, base }
    }

    fn modes(&self, change: impl FnOnce(&mut Modes)) {
        let mut modes = self.simulator.modes();
        change(&mut modes);
        self.simulator.set_modes(modes);
    }

    fn fault(&self, path: &str, fault: Fault) {
        self.simulator.simulation().faults.set(path, fault, 1);
    }

    fn count(&self, path: &str) -> usize {
        self.simulator.simulation().requests.count(path)
    }

    fn code(&self) -> SecretString {
        let client_id = &self.simulator.apps()[0].client_id;
        let location = self.simulator.approve(client_id, REDIRECT, Some("s"), "anna").unwrap();
        let location = Url::parse(&location).unwrap();
        let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        SecretString::from(code)
    }

    async fn exchange(&self, code: &SecretString) -> Result<Grant, ConnectorError> {
        self.octorate.exchange(&self.caller, &Url::parse(REDIRECT).unwrap(), code).await
    }

    async fn grant(&self) -> Grant {
        self.exchange(&self.code()).await.unwrap()
    }

    async fn renew(&self, grant: &Grant) -> Result<Grant, ConnectorError> {
        self.octorate.renew(&self.caller, grant.renewal.as_ref().unwrap()).await
    }
}

fn connector(simulator: &Simulator, base: &Url, secret: &str) -> Octorate {
    Octorate::new(OctorateSettings {
        client_id: simulator.apps()[0].client_id.clone(),
        client_secret: SecretString::from(secret),
        authorize_url: Url::parse(&format!("{base}/identity/oauth.xhtml")).unwrap(),
        api_url: Url::parse(&format!("{base}/rest/v1")).unwrap(),
    })
}

#[tokio::test]
async fn a_code_is_exchanged_as_a_form_with_the_five_documented_fields() {
    let world = World::new().await;
    let grant = world.grant().await;
    let request = &world.simulator.simulation().requests.all()[0];
    let names: Vec<_> = request.body.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    assert_eq!(names, ["client_secret", "client_id", "redirect_uri", "grant_type", "code"]);
    assert!(request.body.contains("&grant_type=code&"));
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    let left = grant.expires_at.unwrap() - world.caller.clock().now();
    assert!((3598..=3600).contains(&left), "{left}");
    let subject = world.octorate.test(&world.caller, &grant).await.unwrap();
    assert_eq!((subject.id.as_str(), subject.name.as_str()), ("anna", "Anna Ferri"));
    let calls = world.caller.take_calls();
    assert_eq!(calls.iter().map(|call| call.operation).collect::<Vec<_>>(), ["exchange", "test"]);
    assert_eq!(calls[1].request_id.as_ref().map(String::len), Some(16));
}

#[tokio::test]
async fn the_expiry_is_right_in_every_form_of_the_answer() {
    let world = World::new().await;
    for (expiry, is_known) in [
        (ExpiryForm::Date, true),
        (ExpiryForm::DateWithoutMilliseconds, true),
        (ExpiryForm::DateWithZone, true),
        (ExpiryForm::Seconds, true),
        (ExpiryForm::Both, true),
        (ExpiryForm::Absent, false),
    ] {
        for token_name in [TokenName::Documented, TokenName::WithAlias, TokenName::AliasOnly] {
            world.modes(|modes| (modes.expiry, modes.token_name) = (expiry, token_name));
            let grant = world.grant().await;
            let renewed = world.renew(&grant).await.unwrap();
            for grant in [&grant, &renewed] {
                let left = grant.expires_at.map(|at| at - world.caller.clock().now());
                assert_eq!(left.is_some(), is_known, "{expiry:?}");
                assert!(left.is_none_or(|left| (3598..=3600).contains(&left)), "{expiry:?}: {left:?}");
            }
            world.octorate.test(&world.caller, &renewed).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_refresh_keeps_the_refresh_token_and_sends_no_grant_type() {
    let world = World::new().await;
    let grant = world.grant().await;
    let renewed = world.renew(&grant).await.unwrap();
    assert_ne!(renewed.access.expose_secret(), grant.access.expose_secret());
    let renewals = [&grant, &renewed].map(|grant| grant.renewal.as_ref().unwrap().expose_secret());
    assert_eq!(renewals[0], renewals[1]);
    let requests = world.simulator.simulation().requests.all();
    let refresh = requests.iter().find(|request| request.path.ends_with("/refresh")).unwrap();
    assert!(!refresh.body.contains("grant_type"));
    assert_eq!(refresh.body.matches('&').count(), 2);
}

#[tokio::test]
async fn a_late_or_used_code_means_connecting_again_and_is_sent_once() {
    let world = World::new().await;
    let code = world.code();
    world.exchange(&code).await.unwrap();
    assert_eq!(world.exchange(&code).await.unwrap_err(), ConnectorError::GrantGone);
    let late = world.code();
    world.simulator.simulation().clock.advance(61);
    assert_eq!(world.exchange(&late).await.unwrap_err(), ConnectorError::GrantGone);
    assert_eq!(world.count("/identity/token"), 3);
}

#[tokio::test]
async fn a_refused_refresh_token_is_a_gone_grant_with_either_documented_status() {
    let world = World::new().await;
    for refusal in [RefusalStatus::BadRequest, RefusalStatus::Forbidden] {
        world.modes(|modes| modes.refusal = refusal);
        let grant = world.grant().await;
        world.simulator.disconnect("anna");
        assert_eq!(world.renew(&grant).await.unwrap_err(), ConnectorError::GrantGone, "{refusal:?}");
        let tested = world.octorate.test(&world.caller, &grant).await;
        assert_eq!(tested.unwrap_err(), ConnectorError::TokenRejected);
    }
}

#[tokio::test]
async fn a_wrong_client_secret_is_told_apart_from_a_gone_grant() {
    let world = World::new().await;
    let grant = world.grant().await;
    let wrong = World { octorate: connector(&world.simulator, &world.base, "wrong"), ..world };
    assert_eq!(wrong.renew(&grant).await.unwrap_err(), ConnectorError::ClientRefused(403));
    assert_eq!(wrong.exchange(&wrong.code()).await.unwrap_err(), ConnectorError::ClientRefused(403));
    assert_eq!(wrong.octorate.api_login(&wrong.caller).await.unwrap_err(), ConnectorError::ClientRefused(403));
}

#[tokio::test]
async fn a_refusal_whose_cause_cannot_be_found_out_now_says_nothing_about_the_grant() {
    let world = World::new().await;
    let grant = world.grant().await;
    world.simulator.disconnect("anna");
    for fault in [Fault::Status(503), Fault::LostReply, Fault::Status(500)] {
        world.fault("/identity/apilogin", fault);
        assert_eq!(world.renew(&grant).await.unwrap_err(), ConnectorError::Transient, "{fault:?}");
    }
    world.fault("/identity/apilogin", Fault::Status(429));
    assert_eq!(world.renew(&grant).await.unwrap_err(), ConnectorError::Limited(None));
    // An app without ApiLogin has other answers there: then the refusal is the grant's.
    world.fault("/identity/apilogin", Fault::Status(404));
    assert_eq!(world.renew(&grant).await.unwrap_err(), ConnectorError::GrantGone);
    // A code that was refused is gone in any case.
    world.fault("/identity/apilogin", Fault::Status(503));
    let unknown = SecretString::from("unknown");
    assert_eq!(world.exchange(&unknown).await.unwrap_err(), ConnectorError::GrantGone);
}

#[tokio::test]
async fn an_outage_during_a_refresh_never_looks_like_a_gone_grant() {
    let world = World::new().await;
    let grant = world.grant().await;
    for fault in [
        Fault::LostReply,
        Fault::Html,
        Fault::Empty,
        Fault::Cut,
        Fault::Slow(Duration::from_secs(2)),
        Fault::Status(400),
        Fault::Status(401),
        Fault::Status(403),
        Fault::Status(429),
        Fault::Status(500),
        Fault::Status(502),
        Fault::Status(503),
    ] {
        world.fault("/identity/refresh", fault);
        let error = world.renew(&grant).await.unwrap_err();
        assert_ne!(error, ConnectorError::GrantGone, "{fault:?}");
    }
    assert_eq!(world.count("/identity/apilogin"), 0);
    world.renew(&grant).await.unwrap();
}

#[tokio::test]
async fn a_used_up_quota_is_waited_for_and_refreshes_nothing() {
    let world = World::new().await;
    let grant = world.grant().await;
    world.simulator.set_quota(Some(0));
    let places = world.octorate.places(&world.caller, &grant, Position::default()).await;
    assert_eq!(places.unwrap_err(), ConnectorError::Limited(None));
    assert_eq!(world.octorate.test(&world.caller, &grant).await.unwrap_err(), ConnectorError::Limited(None));
    assert_eq!((world.count("/refresh"), world.count("/apilogin")), (0, 0));
    world.simulator.set_identity_quota(Some(0));
    assert_eq!(world.renew(&grant).await.unwrap_err(), ConnectorError::Limited(None));
    assert_eq!(world.exchange(&world.code()).await.unwrap_err(), ConnectorError::Limited(None));
    assert_eq!(world.count("/apilogin"), 0);
    world.simulator.set_quota(None);
    world.octorate.places(&world.caller, &grant, Position::default()).await.unwrap();
}

#[tokio::test]
async fn a_missing_right_refreshes_nothing_and_an_expired_token_is_rejected() {
    let world = World::new().await;
    let grant = world.grant().await;
    let items = world.octorate.items(&world.caller, &grant, "2000000", Position::default()).await;
    assert_eq!(items.unwrap_err(), ConnectorError::NotPermitted);
    let items = world.octorate.items(&world.caller, &grant, "../user", Position::default()).await;
    assert_eq!(items.unwrap_err(), ConnectorError::Refused(None));
    world.simulator.simulation().clock.advance(3600);
    let places = world.octorate.places(&world.caller, &grant, Position::default()).await;
    assert_eq!(places.unwrap_err(), ConnectorError::TokenRejected);
    assert_eq!(world.count("/refresh"), 0);
}

/// Reads all places. Returns their ids and the number of requests.
async fn all_places(world: &World, grant: &Grant) -> (Vec<String>, usize) {
    let (mut ids, mut cursor, before) = (Vec::new(), None::<String>, world.count("/accommodation"));
    loop {
        let position = Position { cursor: cursor.as_deref(), changed_since: None };
        let batch = world.octorate.places(&world.caller, grant, position).await.unwrap();
        assert_eq!(batch.malformed, 0);
        ids.extend(batch.rows.into_iter().map(|place| place.id));
        cursor = batch.next;
        if cursor.is_none() {
            return (ids, world.count("/accommodation") - before);
        }
    }
}

#[tokio::test]
async fn all_accommodations_are_read_once_in_both_shapes() {
    let world = World::new().await;
    let grant = world.grant().await;
    world.simulator.set_accommodations("anna", 95);
    for form in [PlaceForm::Nested, PlaceForm::Flat] {
        world.modes(|modes| modes.places = form);
        let (ids, requests) = all_places(&world, &grant).await;
        assert_eq!((ids.len(), ids[0].as_str(), ids[94].as_str()), (95, "1000000", "1000094"));
        assert_eq!(requests, 6);
    }
    world.simulator.set_accommodations("anna", 0);
    assert_eq!(all_places(&world, &grant).await, (Vec::new(), 1));
}

#[tokio::test]
async fn an_operator_reads_all_properties_with_an_api_login() {
    let world = World::new().await;
    let grant = world.octorate.api_login(&world.caller).await.unwrap();
    assert!(grant.renewal.is_none() && grant.expires_at.is_some());
    let (ids, _) = all_places(&world, &grant).await;
    assert_eq!(ids, ["1000000", "1000001", "1000002", "2000000"]);
}

#[tokio::test]
async fn the_room_rates_of_an_accommodation_are_read_page_by_page() {
    let world = World::new().await;
    let grant = world.grant().await;
    world.simulator.set_rooms(45);
    assert!(world.octorate.has_items("HOTEL"));
    let (mut count, mut cursor) = (0, None::<String>);
    loop {
        let position = Position { cursor: cursor.as_deref(), changed_since: None };
        let batch = world.octorate.items(&world.caller, &grant, "1000001", position).await.unwrap();
        assert!(batch.rows.iter().all(|item| item.kind == "room-rate" && !item.name.is_empty()));
        count += batch.rows.len();
        cursor = batch.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((count, world.count("/roomrates/1000001")), (45, 3));
}
