//! The C checks of section 3.6 that a connector alone can show, against the simulator over HTTP on loopback.

use std::{sync::Arc, time::Duration};

use latchkey_sandbox::{
    activebuilding::{EnvelopePlace, ErrorStatus, Modes, Nesting, Simulator, WrongPassword, router},
    simulation::{Fault, Simulation},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpListener;
use url::Url;

use super::super::{ActiveBuilding, ActiveBuildingSettings, User, UserKind};
use crate::{
    server::{
        clock::Clock,
        connectors::{Caller, Connector, ConnectorError, Grant, Position, RenewalPolicy, Subject},
        outbound::{Limits, Outbound},
    },
    tests::logs,
};

struct Test {
    simulator: Simulator,
    connector: ActiveBuilding,
    settings: ActiveBuildingSettings,
    caller: Caller,
}

impl Test {
    async fn new() -> Self {
        logs::capture();
        let simulator = Simulator::new(Simulation::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = axum::Router::new().nest("/sim/activebuilding", router(simulator.clone()));
        tokio::spawn(latchkey_sandbox::serve(listener, app, std::future::pending()));
        let settings = ActiveBuildingSettings {
            client_id: simulator.client_id().to_owned(),
            client_secret: Arc::new(SecretString::from(simulator.client_secret())),
            api_url: Url::parse(&format!("http://{address}/sim/activebuilding")).unwrap(),
        };
        Self { simulator, connector: ActiveBuilding::new(settings.clone()), settings, caller: caller() }
    }

    async fn sign_in_as(&self, email: &str) -> Result<(Grant, User), ConnectorError> {
        let user = self.simulator.users().into_iter().find(|user| user.email == email).unwrap();
        self.connector.sign_in(&self.caller, email, &SecretString::from(user.password)).await
    }

    async fn grant(&self) -> Grant {
        self.sign_in_as("testuser@building.com").await.unwrap().0
    }

    async fn sign_in_with(&self, password: &str) -> ConnectorError {
        let password = SecretString::from(password);
        self.connector.sign_in(&self.caller, "testuser@building.com", &password).await.unwrap_err()
    }

    async fn places(&self, grant: &Grant) -> Result<Vec<String>, ConnectorError> {
        let batch = self.connector.places(&self.caller, grant, Position::default()).await?;
        Ok(batch.rows.into_iter().map(|place| place.id).collect())
    }

    fn count(&self, path: &str) -> usize {
        self.simulator.simulation().requests.count(path)
    }

    fn fault(&self, fault: Fault) {
        self.simulator.simulation().faults.set("", fault, 1);
    }
}

fn caller() -> Caller {
    let limits = Limits { whole: Duration::from_secs(5), ..Limits::default() }.for_data();
    Caller::new(Outbound::new(limits, Clock::default()).unwrap(), Clock::default())
}

#[tokio::test]
async fn a_user_signs_in_and_their_communities_are_read() {
    let test = Test::new().await;
    let (grant, user) = test.sign_in_as("testuser@building.com").await.unwrap();
    assert_eq!((user.kind, user.subject().name), (UserKind::Staff, "John John".to_owned()));
    assert!(grant.renewal.is_none() && grant.expires_at.is_none());
    assert_eq!(test.places(&grant).await.unwrap(), ["10", "010"]);
    assert_eq!(test.connector.test(&test.caller, &grant).await, Ok(Subject::default()));
    let operations: Vec<_> = test.caller.take_calls().iter().map(|call| (call.operation, call.status)).collect();
    assert_eq!(operations, [("sign-in", Some(200)), ("places", Some(200)), ("test", Some(200))]);

    let (grant, user) = test.sign_in_as("ana@resident.com").await.unwrap();
    assert_eq!((user.kind, test.places(&grant).await.unwrap()), (UserKind::Resident, vec!["10".to_owned()]));
    // A password with characters that a form encodes.
    assert!(test.sign_in_as("maria@building.com").await.is_ok());
}

#[tokio::test]
async fn every_nesting_of_the_simulator_is_read() {
    let test = Test::new().await;
    let grant = test.grant().await;
    for nesting in [Nesting::OneInnerList, Nesting::ListEach, Nesting::Flat, Nesting::LoneObject] {
        test.simulator.set_modes(Modes { nesting, ..Modes::default() });
        assert_eq!(test.places(&grant).await.unwrap(), ["10", "010"], "{nesting:?}");
    }
    test.simulator.set_modes(Modes { nesting: Nesting::Missing, ..Modes::default() });
    assert!(test.places(&grant).await.unwrap().is_empty());
    test.simulator.set_modes(Modes { nesting: Nesting::LoneObject, ..Modes::default() });
    let (grant, _) = test.sign_in_as("bo@resident.com").await.unwrap();
    assert_eq!(test.places(&grant).await.unwrap(), ["10"]);
}

#[tokio::test]
async fn both_answers_to_a_wrong_password_give_the_same_error_after_one_call() {
    let test = Test::new().await;
    for wrong_password in [WrongPassword::InvalidGrant, WrongPassword::AuthenticationFailure] {
        for error_status in [ErrorStatus::Ok, ErrorStatus::BadRequest, ErrorStatus::Unauthorized] {
            test.simulator.set_modes(Modes { wrong_password, error_status, ..Modes::default() });
            let before = test.count("/oauth/access_token");
            assert_eq!(test.sign_in_with("wrong").await, ConnectorError::GrantGone);
            assert_eq!(test.count("/oauth/access_token"), before + 1);
        }
    }
}

#[tokio::test]
async fn a_refused_client_and_plain_http_are_not_the_user_s_fault() {
    let test = Test::new().await;
    let with = |settings| ActiveBuilding::new(settings);
    let password = SecretString::from("staff-pass-1142");
    let unknown = with(ActiveBuildingSettings { client_id: "unknown".into(), ..test.settings.clone() });
    let wrong = Arc::new(SecretString::from("wrong"));
    let wrong = with(ActiveBuildingSettings { client_secret: wrong, ..test.settings.clone() });
    for connector in [unknown, wrong] {
        let error = connector.sign_in(&test.caller, "testuser@building.com", &password).await.unwrap_err();
        assert_eq!(error, ConnectorError::ClientRefused(400));
    }
    test.simulator.set_modes(Modes { require_https: true, ..Modes::default() });
    assert_eq!(test.sign_in_with("staff-pass-1142").await, ConnectorError::Refused(Some(400)));
}

#[tokio::test]
async fn a_revoked_token_means_sign_in_again_and_no_password_is_sent() {
    let test = Test::new().await;
    let grant = test.grant().await;
    test.simulator.revoke("1142");
    for envelope in [EnvelopePlace::TopLevel, EnvelopePlace::Meta, EnvelopePlace::ResponseMeta] {
        for error_status in [ErrorStatus::Ok, ErrorStatus::BadRequest, ErrorStatus::Unauthorized] {
            test.simulator.set_modes(Modes { envelope, error_status, ..Modes::default() });
            assert_eq!(test.places(&grant).await, Err(ConnectorError::GrantGone), "{envelope:?} {error_status:?}");
            assert_eq!(test.connector.test(&test.caller, &grant).await, Err(ConnectorError::GrantGone));
        }
    }
    assert_eq!(test.count("/oauth/access_token"), 1);
    let renewed = test.connector.renew(&test.caller, &SecretString::from("r")).await;
    assert_eq!(renewed.map(|_| ()), Err(ConnectorError::GrantGone));
    assert_eq!((ActiveBuilding::RENEWAL, test.count("/oauth/access_token")), (RenewalPolicy::None, 1));
}

#[tokio::test]
async fn service_trouble_is_not_a_wrong_password_and_nothing_is_repeated() {
    let test = Test::new().await;
    let grant = test.grant().await;
    test.simulator.simulation().requests.clear();
    let not_json = ConnectorError::NotUnderstood("the body is not the expected JSON");
    for (fault, expected) in [
        (Fault::Html, not_json.clone()),
        (Fault::Empty, not_json),
        (Fault::Status(502), ConnectorError::Down("502".into())),
        (Fault::Status(503), ConnectorError::Overloaded),
        (Fault::LostReply, ConnectorError::Down("the connection broke".into())),
        (Fault::Cut, ConnectorError::Down("the connection broke".into())),
    ] {
        test.fault(fault);
        assert_eq!(test.sign_in_with("staff-pass-1142").await, expected, "{fault:?}");
        test.fault(fault);
        assert_eq!(test.places(&grant).await, Err(expected), "{fault:?}");
    }
    assert_eq!((test.count("/oauth/access_token"), test.count("/communities")), (6, 6));
}

#[tokio::test]
async fn the_password_and_the_client_secret_are_in_the_body_only_and_the_token_in_the_query_only() {
    let test = Test::new().await;
    let grant = test.grant().await;
    test.places(&grant).await.unwrap();
    let requests = test.simulator.simulation().requests.all();
    let [sign_in, call] = &requests[..] else { panic!("{} requests", requests.len()) };
    assert_eq!((&*sign_in.method, &*sign_in.query), ("POST", ""));
    assert_eq!(
        sign_in.body,
        format!(
            "grant_type=password&client_id={}&client_secret={}&username=testuser%40building.com\
             &password=staff-pass-1142",
            test.simulator.client_id(),
            test.simulator.client_secret()
        )
    );
    assert_eq!((&*call.method, &*call.body), ("GET", ""));
    assert_eq!(call.query, format!("access_token={}", grant.access.expose_secret()));
    for request in &requests {
        for secret in ["staff-pass-1142", test.simulator.client_secret(), grant.access.expose_secret()] {
            assert!(!request.headers.iter().any(|(_, value)| value.contains(secret)));
            assert!(!request.path.contains(secret));
        }
    }
}

#[tokio::test]
async fn no_log_line_error_call_record_or_debug_output_has_a_secret() {
    let test = Test::new().await;
    let grant = test.grant().await;
    test.places(&grant).await.unwrap();
    let mut shown = format!("{grant:?} {:?} {:?}", test.connector, test.caller);
    for fault in [Fault::LostReply, Fault::Cut, Fault::Html, Fault::Empty, Fault::Status(502)] {
        test.fault(fault);
        let error = test.places(&grant).await.unwrap_err();
        shown += &format!("{error} {error:?}");
    }
    test.simulator.revoke("1142");
    let error = test.places(&grant).await.unwrap_err();
    shown += &format!("{error} {error:?} {:?}", test.caller.take_calls());
    // Nothing listens on port 1.
    let api_url = Url::parse("http://127.0.0.1:1/").unwrap();
    let nowhere = ActiveBuilding::new(ActiveBuildingSettings { api_url, ..test.settings.clone() });
    let error = nowhere.places(&test.caller, &grant, Position::default()).await.unwrap_err();
    shown += &format!("{error} {error:?} {:?}", test.caller.take_calls());
    shown += &logs::text();
    for secret in [grant.access.expose_secret(), test.simulator.client_secret(), "staff-pass-1142"] {
        assert!(!shown.contains(secret), "{secret}");
    }
}

/// Answers every request with this body.
async fn server(body: &'static str) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::Router::new().fallback(move || async move { body });
    tokio::spawn(async move { axum::serve(listener, app).await });
    Url::parse(&format!("http://{address}")).unwrap()
}

#[tokio::test]
async fn an_unknown_error_s_description_is_logged_as_cleaned_text_without_what_the_user_typed() {
    let test = Test::new().await;
    let api_url = server(
        r#"{"error":"account_locked\u0007","error_description":
            "<b>locked</b>\r\nzq\u202e: user@host.example, hunter2-user@host.example, p%26x+y"}"#,
    )
    .await;
    let connector = ActiveBuilding::new(ActiveBuildingSettings { api_url, ..test.settings.clone() });
    for password in ["hunter2-user@host.example", "p&x y"] {
        let password = SecretString::from(password);
        let error = connector.sign_in(&test.caller, "user@host.example", &password).await.unwrap_err();
        assert_eq!((error.clone(), error.to_string()), (ConnectorError::Refused(None), "refused".to_owned()));
    }
    let log = logs::text();
    assert!(log.contains("account_locked"), "the refusal is logged");
    assert!(log.contains("<b>locked</b> zq: [removed], [removed], p%26x+y"));
    assert!(log.contains("<b>locked</b> zq: [removed], hunter2-[removed], [removed]"));
    assert!(!log.contains("user@host.example"));
}

#[tokio::test]
async fn a_user_with_100_000_communities_is_read() {
    let test = Test::new().await;
    test.simulator.add_communities("1142", 100_000);
    let grant = test.grant().await;
    let batch = test.connector.places(&test.caller, &grant, Position::default()).await.unwrap();
    assert_eq!((batch.rows.len(), batch.malformed, batch.next), (100_002, 0, None));
}

#[tokio::test]
async fn no_place_has_items_and_packages_are_never_read() {
    let test = Test::new().await;
    let grant = test.grant().await;
    assert!(!test.connector.has_items("community"));
    let batch = test.connector.items(&test.caller, &grant, "10", Position::default()).await.unwrap();
    assert!(batch.rows.is_empty() && batch.next.is_none());
    assert_eq!(test.count("/packages"), 0);
}
