//! Connecting: tickets, states (T39), what is typed, limits, and who it is for.

use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};

use crate::{
    server::{
        audit::ClientInfo,
        connection::{
            Actor, ConnectError, ConnectionState, Input, MAX_PER_ACCOUNT, RedirectAnswer, RedirectTarget, System,
            TypedKeys,
        },
        ids::{ConnectionId, VisitId},
    },
    tests::connections::{World, callback, parameter},
};

const TOKEN_CALL: &str = "/identity/token";

#[tokio::test]
async fn a_redirect_connects_and_the_connection_belongs_to_the_account() {
    let world = World::start().await;
    let started = world.begin(&world.target(System::Octorate)).await.unwrap();
    assert_eq!(parameter(&started.url, "redirect_uri"), callback(System::Octorate));
    assert_eq!((parameter(&started.url, "state").len(), started.cookie.expose_secret().len()), (43, 43));
    let (state, code) = world.consent(&started, "anna");
    let id = world.finish(&state, &code, Some(&started.cookie)).await.unwrap();
    let connection = world.connections.find(&world.actor.account, &id).await.unwrap().unwrap();
    assert_eq!((connection.system, connection.state), (System::Octorate, ConnectionState::Connected));
    assert!(connection.subject_name.contains("Anna"), "{}", connection.subject_name);
    assert!(world.connections.find(&"another".into(), &id).await.unwrap().is_none());
    let operations: Vec<_> =
        world.connections.log(&id).await.unwrap().into_iter().map(|e| (e.operation, e.status)).collect();
    assert_eq!(operations, [("test".to_owned(), Some(200)), ("exchange".to_owned(), Some(200))]);
    assert_eq!(world.app.count("select count(*) from audit where what = 'connected' and detail = 'octorate'").await, 1);
}

#[tokio::test]
async fn t39_a_state_that_is_missing_altered_used_late_or_another_browsers_makes_no_token_request() {
    let world = World::start().await;
    let started = world.begin(&world.target(System::Octorate)).await.unwrap();
    let (state, code) = world.consent(&started, "anna");
    let cookie = Some(&started.cookie);
    let other = world.begin(&world.target(System::Octorate)).await.unwrap();
    let refused = async |state: &str, cookie: Option<&SecretString>| {
        let result = world.finish(state, &code, cookie).await;
        assert!(matches!(result, Err(ConnectError::NoState)), "{result:?}");
        assert_eq!(world.octorate.simulation().requests.count(TOKEN_CALL), 0);
    };
    let swapped: String = state.chars().rev().collect();
    for (state, cookie) in [
        ("", cookie),
        (swapped.as_str(), cookie),
        (state.get(1..).unwrap(), cookie),
        (state.as_str(), None),
        (state.as_str(), Some(&SecretString::from("x"))),
        (state.as_str(), Some(&SecretString::from(""))),
        // Another browser's cookie, and a state that was begun with another cookie.
        (state.as_str(), Some(&other.cookie)),
        (parameter(&other.url, "state").as_str(), cookie),
    ] {
        refused(state, cookie).await;
    }
    // Another system's callback.
    let answer = RedirectAnswer { state: &state, code: Some(&code), cookie: Some(started.cookie.expose_secret()) };
    let result = world.connections.finish_redirect(System::Syncaroo, answer, ClientInfo::default()).await;
    assert!(matches!(result, Err(ConnectError::NoState)), "{result:?}");
    // None of this used it up.
    let id = world.finish(&state, &code, cookie).await.unwrap();
    let used = world.finish(&state, &code, cookie).await;
    assert!(matches!(used, Err(ConnectError::NoState)), "{used:?}");
    assert_eq!(world.octorate.simulation().requests.count(TOKEN_CALL), 1);
    assert_eq!(world.connections.list(&world.actor.account).await.unwrap()[0].id, id);
}

#[tokio::test]
async fn t39_a_state_is_good_for_ten_minutes() {
    let world = World::start().await;
    for (seconds, is_good) in [(599, true), (601, false)] {
        let started = world.begin(&world.target(System::Octorate)).await.unwrap();
        world.app.clock.advance(seconds);
        let (state, code) = world.consent(&started, "anna");
        let result = world.finish(&state, &code, Some(&started.cookie)).await;
        assert_eq!(result.is_ok(), is_good, "{seconds} s: {result:?}");
    }
    world.app.clock.advance(601);
    world.app.app.sweep.delete_expired().await.unwrap();
    assert_eq!(world.app.count("select count(*) from oauth_states").await, 0);
    assert_eq!(world.app.count("select count(*) from connect_tickets").await, 0);
}

#[tokio::test]
async fn t39_states_tickets_and_cookies_are_not_stored_in_the_clear() {
    let world = World::start().await;
    let started = world.begin(&world.target(System::Octorate)).await.unwrap();
    let bytes = world.app.database_bytes();
    for secret in [parameter(&started.url, "state"), started.cookie.expose_secret().to_owned()] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
    }
}

#[tokio::test]
async fn nothing_is_connected_for_a_person_who_signed_out_meanwhile() {
    for ending in [
        "update visits set ended_at = 1 where account_id is not null",
        "update accounts set disabled_at = 1",
        "update companies set disabled_at = 1",
    ] {
        let world = World::start().await;
        let started = world.begin(&world.target(System::Octorate)).await.unwrap();
        let (state, code) = world.consent(&started, "anna");
        world.execute(ending).await;
        let result = world.finish(&state, &code, Some(&started.cookie)).await;
        assert!(matches!(result, Err(ConnectError::VisitEnded)), "{ending}: {result:?}");
        assert_eq!(world.octorate.simulation().requests.count(TOKEN_CALL), 0);
        assert_eq!(world.app.count("select count(*) from connections").await, 0);
    }
}

#[tokio::test]
async fn a_person_who_does_not_consent_is_told_so_and_nothing_is_requested() {
    let world = World::start().await;
    let started = world.begin(&world.target(System::Octorate)).await.unwrap();
    let state = parameter(&started.url, "state");
    let answer = RedirectAnswer { state: &state, code: None, cookie: Some(started.cookie.expose_secret()) };
    let result = world.connections.finish_redirect(System::Octorate, answer, ClientInfo::default()).await;
    assert!(matches!(result, Err(ConnectError::Declined)), "{result:?}");
    assert_eq!(world.octorate.simulation().requests.count(TOKEN_CALL), 0);
}

#[tokio::test]
async fn a_code_that_octorate_refuses_connects_nothing() {
    let world = World::start().await;
    let started = world.begin(&world.target(System::Octorate)).await.unwrap();
    let (state, _) = world.consent(&started, "anna");
    let result = world.finish(&state, "a-code-of-somebody-else", Some(&started.cookie)).await;
    assert!(matches!(result, Err(ConnectError::Refused)), "{result:?}");
    assert_eq!(world.app.count("select count(*) from connections").await, 0);
}

#[tokio::test]
async fn a_ticket_begins_one_redirect_of_its_visit_account_and_target_within_ten_minutes() {
    let world = World::start().await;
    let (target, Actor { visit, account, .. }) = (world.target(System::Octorate), &world.actor);
    let issue = || world.connections.issue_connect_ticket(visit, account, &target);
    let begin = async |visit: &VisitId, target: &RedirectTarget, ticket: &str| {
        world.connections.begin_redirect(visit, target, ticket, None).await
    };
    let ticket = issue();
    let ticket = ticket.expose_secret();
    let another = RedirectTarget { connection: Some("c".into()), ..target.clone() };
    let syncaroo = RedirectTarget { system: System::Syncaroo, ..target.clone() };
    let altered: String = ticket.chars().rev().collect();
    for (visit, target, ticket) in [
        (visit, &target, ""),
        (visit, &target, "k1."),
        (visit, &target, altered.as_str()),
        (&"another".into(), &target, ticket),
        (visit, &another, ticket),
        (visit, &syncaroo, ticket),
    ] {
        let result = begin(visit, target, ticket).await;
        assert!(matches!(result, Err(ConnectError::NoTicket)), "{result:?}");
    }
    assert!(begin(visit, &target, ticket).await.is_ok());
    assert!(matches!(begin(visit, &target, ticket).await, Err(ConnectError::NoTicket)));
    let late = issue();
    world.app.clock.advance(601);
    assert!(matches!(begin(visit, &target, late.expose_secret()).await, Err(ConnectError::NoTicket)));
    let after_sign_out = issue();
    world.execute("update visits set ended_at = 1").await;
    let result = begin(visit, &target, after_sign_out.expose_secret()).await;
    assert!(matches!(result, Err(ConnectError::VisitEnded)), "{result:?}");
}

#[tokio::test]
async fn an_account_has_at_most_20_redirects_under_way_and_the_oldest_ends() {
    let world = World::start().await;
    let first = world.begin(&world.target(System::Octorate)).await.unwrap();
    for _ in 0..20 {
        world.app.clock.advance(1);
        world.begin(&world.target(System::Octorate)).await.unwrap();
    }
    assert_eq!(world.app.count("select count(*) from oauth_states").await, 20);
    let (state, code) = world.consent(&first, "anna");
    let result = world.finish(&state, &code, Some(&first.cookie)).await;
    assert!(matches!(result, Err(ConnectError::NoState)), "{result:?}");
}

#[tokio::test]
async fn an_account_has_at_most_50_connections_and_nothing_is_sent_for_another() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world
        .execute(
            "with recursive n (i) as (values (1) union all select i + 1 from n where i < 49)
        insert into connections (id, account_id, system, state, token_issued_at, created_at)
        select 'x' || i, account_id, 'rex', 'connected', 0, 0 from n, connections where system = 'octorate'",
        )
        .await;
    assert_eq!(world.connections.list(&world.actor.account).await.unwrap().len(), 50);
    assert_eq!(MAX_PER_ACCOUNT, 50);
    let begun = world.begin(&world.target(System::Octorate)).await;
    assert!(matches!(begun, Err(ConnectError::TooMany)), "{begun:?}");
    let connected = world.connections.connect_rex(&world.actor, None, &world.keys()).await;
    assert!(matches!(connected, Err(ConnectError::TooMany)), "{connected:?}");
    assert!(world.rex.simulation().requests.all().is_empty());
    // A connection that exists may be authorized again.
    assert!(world.begin(&RedirectTarget { system: System::Octorate, connection: Some(id) }).await.is_ok());
    // One that is being deleted doesn't count.
    world.execute("update connections set state = 'closed' where id = 'x1'").await;
    assert!(world.begin(&world.target(System::Octorate)).await.is_ok());
}

#[tokio::test]
async fn activebuildings_password_is_sent_once_and_stored_nowhere() {
    let world = World::start().await;
    let user = world.activebuilding.users()[0].clone();
    let id = world.connect_activebuilding().await;
    let connection = world.connection(&id).await;
    assert_eq!((connection.system, connection.subject_id), (System::ActiveBuilding, user.id));
    assert_eq!(world.activebuilding.simulation().requests.count("/oauth/access_token"), 1);
    let bytes = world.app.database_bytes();
    assert!(!bytes.windows(user.password.len()).any(|part| part == user.password.as_bytes()));
}

#[tokio::test]
async fn a_wrong_password_is_refused_without_a_second_try() {
    let world = World::start().await;
    let user = world.activebuilding.users()[0].clone();
    let wrong = SecretString::from("wrong");
    let result = world.connections.connect_activebuilding(&world.actor, None, &user.email, &wrong).await;
    assert!(matches!(result, Err(ConnectError::Refused)), "{result:?}");
    assert_eq!(world.activebuilding.simulation().requests.count("/oauth/access_token"), 1);
    assert_eq!(world.app.count("select count(*) from connections").await, 0);
}

#[tokio::test]
async fn what_can_not_be_a_user_name_password_or_key_is_not_sent() {
    let world = World::start().await;
    let long = "x".repeat(65_536);
    for bad in ["", "a\u{0}", "\u{202E}a", "a\r\nb", &long] {
        let (good, bad_password) = (SecretString::from("p"), SecretString::from(bad));
        let connect = &world.connections;
        let result = connect.connect_activebuilding(&world.actor, None, bad, &good).await;
        assert!(matches!(result, Err(ConnectError::Invalid(Input::Username))), "{result:?}");
        let result = connect.connect_activebuilding(&world.actor, None, "pat@oak.example", &bad_password).await;
        assert!(matches!(result, Err(ConnectError::Invalid(Input::Password))), "{result:?}");
        for (keys, input) in [
            (TypedKeys { api_key: bad.into(), ..world.keys() }, Input::ApiKey),
            (TypedKeys { secret_key: bad.into(), ..world.keys() }, Input::SecretKey),
            (TypedKeys { integrator_id: bad.into(), ..world.keys() }, Input::IntegratorId),
        ] {
            let result = connect.connect_rex(&world.actor, None, &keys).await;
            assert!(matches!(result, Err(ConnectError::Invalid(refused)) if refused == input), "{input:?}: {result:?}");
        }
    }
    let quoted = TypedKeys { api_key: "a\"b".into(), ..world.keys() };
    let result = world.connections.connect_rex(&world.actor, None, &quoted).await;
    assert!(matches!(result, Err(ConnectError::Invalid(Input::ApiKey))), "{result:?}");
    assert!(world.activebuilding.simulation().requests.all().is_empty());
    assert!(world.rex.simulation().requests.all().is_empty());
}

#[tokio::test]
async fn rexs_keys_are_checked_before_they_are_stored() {
    let world = World::start().await;
    let wrong = TypedKeys { secret_key: "0C0C0C0C-61A8-4B02-8D13-95F0A2B64E77".into(), ..world.keys() };
    let result = world.connections.connect_rex(&world.actor, None, &wrong).await;
    assert!(matches!(result, Err(ConnectError::Refused)), "{result:?}");
    assert_eq!(world.app.count("select count(*) from connections").await, 0);
    let id = world.connect_rex().await;
    assert_eq!(world.connection(&id).await.subject_id, world.keys().integrator_id);
    let bytes = world.app.database_bytes();
    for key in [world.keys().api_key, world.keys().secret_key] {
        let key = key.expose_secret().as_bytes().to_vec();
        assert!(!bytes.windows(key.len()).any(|part| part == key));
    }
}

#[tokio::test]
async fn reconnecting_keeps_the_id_and_the_data() {
    let world = World::start().await;
    let id = world.connect_octorate().await;
    world.sync(&id).await;
    let places = world.connection(&id).await.places;
    assert!(places > 0);
    world.octorate.disconnect("anna");
    assert!(world.connections.test(&id).await.is_err());
    assert_eq!(world.connection(&id).await.state, ConnectionState::NeedsReconnect);
    assert_eq!(world.connection(&id).await.places, places, "the last good data stay readable");
    let target = RedirectTarget { system: System::Octorate, connection: Some(id.clone()) };
    let started = world.begin(&target).await.unwrap();
    let (state, code) = world.consent(&started, "anna");
    assert_eq!(world.finish(&state, &code, Some(&started.cookie)).await.unwrap(), id);
    let connection = world.connection(&id).await;
    assert_eq!((connection.state, connection.places, connection.error), (ConnectionState::Connected, places, None));
    assert_eq!(world.app.count("select count(*) from audit where what = 'reconnected'").await, 1);
    world.sync(&id).await;
}

#[tokio::test]
async fn only_its_owner_can_authorize_a_connection_again() {
    let world = World::start().await;
    let id = world.connect_rex().await;
    world.execute("update connections set account_id = null").await;
    let result = world.connections.connect_rex(&world.actor, Some(&id), &world.keys()).await;
    assert!(matches!(result, Err(ConnectError::NotFound)), "{result:?}");
    let result = world.connections.connect_rex(&world.actor, Some(&ConnectionId::from("x")), &world.keys()).await;
    assert!(matches!(result, Err(ConnectError::NotFound)), "{result:?}");
    // A connection to another system.
    let octorate = world.connect_octorate().await;
    let result = world.connections.connect_rex(&world.actor, Some(&octorate), &world.keys()).await;
    assert!(matches!(result, Err(ConnectError::NotFound)), "{result:?}");
}

#[tokio::test]
async fn syncaroo_is_connected_once_for_the_installation() {
    let world = World::start().await;
    assert!(world.connections.syncaroo().await.unwrap().is_none());
    let id = world.connect_syncaroo().await;
    assert_eq!(world.connect_syncaroo().await, id);
    let connection = world.connections.syncaroo().await.unwrap().unwrap();
    assert_eq!((connection.id, connection.account, connection.state), (id.clone(), None, ConnectionState::Connected));
    assert!(world.connections.list(&world.actor.account).await.unwrap().is_empty());
    world.connections.remove(&id).await.unwrap();
    assert!(world.connections.syncaroo().await.unwrap().is_none());
    assert_ne!(world.connect_syncaroo().await, id);
}

#[tokio::test]
async fn the_history_shows_connections() {
    let mut world = World::start().await;
    world.connect_octorate().await;
    let address = format!("/v/{}/history", world.actor.visit);
    let page = world.browser.get(&address).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.shows("Property system connected"), "{}", page.body);
}
