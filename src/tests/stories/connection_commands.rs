//! The commands for connections, against the simulated systems.

use std::{process::Output, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use latchkey_sandbox::{
    simulation::Fault,
    systems::{Settings, Systems, router},
};
use serde_json::Value;
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::{
    server::{ids::ConnectionId, rng::Rng, vault},
    tests::{app::TestApp, browser::Browser, child},
};

const ORIGIN: &str = "http://localhost:3000";
const EMAIL: &str = "jane@acme.example";

/// The app, and commands with its settings.
struct World {
    app: TestApp,
    systems: Systems,
    settings: Vec<(String, String)>,
}

impl World {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own_origin = format!("http://{}", listener.local_addr().unwrap());
        let systems = Systems::new(Settings { app_origin: ORIGIN.into(), own_origin });
        tokio::spawn(latchkey_sandbox::serve(listener, router(systems.clone()), std::future::pending()));
        let mut settings: Vec<_> =
            systems.environment().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        settings.push(("PUBLIC_URL".into(), ORIGIN.into()));
        settings.push(("ENCRYPTION_KEYS".into(), vault::generate("k1", &Rng).as_str().to_owned()));
        let pairs: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let app = TestApp::with(&pairs).await;
        Self { app, systems, settings }
    }

    /// Runs a command without the settings that begin with `unset`.
    async fn run_without(&self, unset: &str, arguments: &[&str]) -> Ran {
        let mut command = child::latchkey(&self.app.folder.0, arguments);
        command.envs(self.settings.iter().filter(|(name, _)| !name.starts_with(unset)).cloned());
        command.env("DATABASE_URL", "sqlite:latchkey.db");
        // The simulated systems answer meanwhile.
        Ran::of(&tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap())
    }

    async fn run(&self, arguments: &[&str]) -> Ran {
        self.run_without("NONE", arguments).await
    }

    /// Runs a command that has only the database.
    async fn run_plain(&self, arguments: &[&str]) -> Ran {
        self.run_without("", arguments).await
    }

    /// Connects ActiveBuilding for a new account and returns the connection's id.
    async fn connect_activebuilding(&self) -> String {
        let mut browser = self.app.linked(EMAIL, "acme", "48213").await;
        let visit = browser.page.address.split('/').take(3).collect::<Vec<_>>().join("/");
        browser.get(&format!("{visit}/connections")).await;
        let user = self.systems.activebuilding.users().swap_remove(0);
        let fields = [("username", user.email.as_str()), ("password", user.password.as_str())];
        let page = browser.submit("/connections/activebuilding/connect", &fields).await;
        assert_eq!((page.status, page.name()), (StatusCode::OK, "connection"), "{}", page.body);
        let id = ConnectionId::from(self.listed(&[]).await[0]["id"].as_str().unwrap());
        // The worker reads everything once.
        let read = async || self.app.app.connections.find_any(&id).await.unwrap().unwrap().read_at.is_some();
        until(read).await;
        id.to_string()
    }

    /// Lists connections.
    async fn listed(&self, more: &[&str]) -> Value {
        let ran = self.run_plain(&[&["connection", "list", "--json"], more].concat()).await;
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// Approves or denies at Syncaroo's consent page. Returns the path and query of the callback.
    async fn decide(&self, address: &str, decision: &str) -> String {
        let (_, query) = address.split_once('?').unwrap();
        let request = Request::post(format!("/sim/syncaroo/api/authorize/{decision}?{query}"));
        let router: Router = router(self.systems.clone());
        let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::FOUND);
        let location = answer.headers()[header::LOCATION].to_str().unwrap();
        location.strip_prefix(ORIGIN).unwrap().to_owned()
    }

    /// Runs `syncaroo connect` and returns the address that it prints.
    async fn begin_syncaroo(&self) -> String {
        let begun = self.run(&["syncaroo", "connect"]).await;
        assert_eq!(begun.code, Some(0), "{}", begun.stderr);
        let address = begun.stdout.trim_end_matches('\n').to_owned();
        assert!(!address.contains('\n'), "{address}");
        address
    }

    async fn syncaroo_status(&self) -> String {
        self.run_plain(&["syncaroo", "status"]).await.stdout
    }

    /// Returns all secrets of the settings.
    fn secrets(&self) -> impl Iterator<Item = &str> {
        let is_secret = |name: &str| name.ends_with("_SECRET") || name == "ENCRYPTION_KEYS";
        self.settings.iter().filter(move |(name, _)| is_secret(name)).map(|(_, value)| value.as_str())
    }
}

/// What a command printed.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        let stdout = String::from_utf8(output.stdout.clone()).unwrap();
        // What the test binary prints before the command starts.
        let own = stdout.split_once("plays_latchkey ... ").map_or(&*stdout, |(_, own)| own);
        Self {
            code: output.status.code(),
            stdout: own.to_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into(),
        }
    }
}

/// Waits until the server's worker has done something.
async fn until(done: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if done().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not done within ten seconds");
}

/// The last access token that a request to the simulated ActiveBuilding presented.
fn token(world: &World) -> String {
    let requests = world.systems.activebuilding.simulation().requests.all();
    let token = |query: &str| Some(query.split_once("access_token=")?.1.split('&').next()?.to_owned());
    requests.iter().rev().find_map(|request| token(&request.query)).unwrap()
}

#[tokio::test]
async fn connection_list_shows_all_connections_or_those_of_an_account() {
    let world = World::start().await;
    let id = world.connect_activebuilding().await;
    world.app.account("lee@acme.example").await;
    let user = world.systems.activebuilding.users().swap_remove(0);
    let listed = world.listed(&["--account", "Jane@acme.example"]).await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let one = &listed[0];
    let places = user.communities.len().to_string();
    for (name, value) in [
        ("id", id.as_str()),
        ("system", "activebuilding"),
        ("account", EMAIL),
        ("state", "connected"),
        ("subject", &user.full_name),
        ("places", &places),
    ] {
        assert_eq!(one[name].as_str(), Some(value), "{name}");
    }
    assert!(one["last_read"].as_str().unwrap().ends_with('Z'));
    assert_eq!(world.listed(&["--account", "lee@acme.example"]).await, serde_json::json!([]));
    let text = world.run_plain(&["connection", "list"]).await.stdout;
    assert!(text.starts_with("ID ") && text.contains(EMAIL) && text.contains(&id), "{text}");
    let unknown = world.run_plain(&["connection", "list", "--account", "nobody@acme.example"]).await;
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.stderr.contains("no account found for nobody@acme.example"), "{}", unknown.stderr);
}

#[tokio::test]
async fn connection_show_prints_the_last_calls_and_the_error_code_without_secrets() {
    let world = World::start().await;
    let id = world.connect_activebuilding().await;
    let token = token(&world);
    world.systems.activebuilding.revoke(&world.systems.activebuilding.users()[0].id);
    let tested = world.run(&["connection", "test", &id]).await;
    assert_eq!(tested.code, Some(1), "{}", tested.stderr);
    let shown = world.run_plain(&["connection", "show", &id]).await;
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    for text in [id.as_str(), EMAIL, "needs-reconnect", "Last calls", "sign-in", "OPERATION"] {
        assert!(shown.stdout.contains(text), "{text}: {}", shown.stdout);
    }
    let json = world.run_plain(&["connection", "show", &id, "--json"]).await.stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    let error = json["state"]["error"].as_str().unwrap();
    assert!(shown.stdout.contains(error), "{error}: {}", shown.stdout);
    let calls = json["last_calls"].as_array().unwrap();
    assert_eq!(calls.last().unwrap()["operation"].as_str(), Some("sign-in"), "newest first");
    assert_eq!(calls[0]["error"].as_str(), Some(error));
    let printed = [shown.stdout, tested.stdout, tested.stderr].concat();
    assert!(world.secrets().chain([token.as_str()]).all(|secret| !printed.contains(secret)), "{printed}");
}

#[tokio::test]
async fn connection_test_calls_the_system_and_its_exit_code_is_the_outcome() {
    let world = World::start().await;
    let id = world.connect_activebuilding().await;
    let tested = world.run(&["connection", "test", &id]).await;
    assert_eq!((tested.code, tested.stderr.as_str()), (Some(0), ""));
    assert_eq!(tested.stdout, format!("connection {id} to activebuilding works\n"));
    world.systems.activebuilding.simulation().faults.set("/communities", Fault::Status(503), 1);
    let tested = world.run(&["connection", "test", &id]).await;
    assert_eq!((tested.code, tested.stdout.as_str()), (Some(1), ""));
    assert!(tested.stderr.contains("doesn't work: "), "{}", tested.stderr);
    assert_eq!(world.listed(&[]).await[0]["state"].as_str(), Some("failing"));
    let tested = world.run(&["connection", "test", &id]).await;
    assert_eq!(tested.code, Some(0), "a test bypasses the pause: {}", tested.stderr);
}

#[tokio::test]
async fn connection_sync_makes_a_sync_due_that_the_server_makes() {
    let world = World::start().await;
    let id = world.connect_activebuilding().await;
    let calls = || world.systems.activebuilding.simulation().requests.count("/communities");
    let before = calls();
    let requested = world.run_plain(&["connection", "sync", &id]).await;
    assert_eq!((requested.code, requested.stderr.as_str()), (Some(0), ""));
    assert!(requested.stdout.starts_with(&format!("requested a sync of connection {id}")), "{}", requested.stdout);
    until(async || calls() > before).await;
    world.systems.activebuilding.revoke(&world.systems.activebuilding.users()[0].id);
    assert_eq!(world.run(&["connection", "test", &id]).await.code, Some(1));
    let requested = world.run_plain(&["connection", "sync", &id]).await;
    assert_eq!(requested.code, Some(1));
    assert!(requested.stderr.contains("has to be reconnected"), "{}", requested.stderr);
}

#[tokio::test]
async fn connection_remove_deletes_tokens_and_data_at_once() {
    let world = World::start().await;
    let id = world.connect_activebuilding().await;
    assert!(world.app.count("select count(*) from connection_places").await > 0);
    let removed = world.run_plain(&["connection", "remove", &id]).await;
    assert_eq!((removed.code, removed.stderr.as_str()), (Some(0), ""));
    assert!(removed.stdout.contains(&id), "{}", removed.stdout);
    for sql in [
        "select count(*) from connections",
        "select count(*) from connection_places",
        "select count(*) from connection_log",
    ] {
        assert_eq!(world.app.count(sql).await, 0, "{sql}");
    }
    let audited = "select count(*) from audit where what = 'disconnected' and detail = 'activebuilding'";
    assert_eq!(world.app.count(audited).await, 1);
    assert_eq!(world.run_plain(&["connection", "remove", &id]).await.code, Some(1));
}

#[tokio::test]
async fn a_wrong_id_is_refused_and_escaped() {
    let world = World::start().await;
    for command in ["show", "test", "sync", "remove"] {
        let ran = world.run(&["connection", command, "no\u{1b}[31m"]).await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{command}");
        assert!(ran.stderr.starts_with("latchkey: no connection found for no\\u{1b}[31m;"), "{}", ran.stderr);
    }
}

#[tokio::test]
async fn an_id_may_begin_with_a_hyphen() {
    let world = World::start().await;
    for arguments in [
        &["show", "-4"][..],
        &["show", "--json", "-h4"],
        &["show", "-h4", "--json"],
        &["test", "--4"],
        &["sync", "-4"],
        &["remove", "-V"],
    ] {
        let ran = world.run(&[&["connection"], arguments].concat()).await;
        assert_eq!(ran.code, Some(1), "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.starts_with("latchkey: no connection found for -"), "{arguments:?}: {}", ran.stderr);
    }
}

#[tokio::test]
async fn a_system_that_is_not_configured_is_named_with_its_variable() {
    let world = World::start().await;
    let id = world.connect_activebuilding().await;
    for (unset, command, variable) in [
        ("ACTIVEBUILDING_", &["connection", "test", id.as_str()][..], "ACTIVEBUILDING_CLIENT_ID"),
        ("SYNCAROO_", &["syncaroo", "connect"], "SYNCAROO_CLIENT_ID"),
        ("OCTORATE_", &["octorate", "properties"], "OCTORATE_CLIENT_ID"),
        ("OCTORATE_CLIENT_SECRET", &["octorate", "properties"], "OCTORATE_CLIENT_SECRET"),
        ("PUBLIC_URL", &["syncaroo", "connect"], "PUBLIC_URL"),
        ("ENCRYPTION_KEYS", &["connection", "test", &id], "ENCRYPTION_KEYS"),
    ] {
        let ran = world.run_without(unset, command).await;
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{command:?}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(&format!("{variable}: ")), "{command:?}: {}", ran.stderr);
        assert!(world.secrets().all(|secret| !ran.stderr.contains(secret)), "{}", ran.stderr);
    }
}

#[tokio::test]
async fn octorate_properties_lists_all_pages_of_the_apps_user_without_a_database() {
    let world = World::start().await;
    std::fs::remove_file(world.app.folder.0.join("latchkey.db")).unwrap();
    let ran = world.run(&["octorate", "properties"]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let mut lines = ran.stdout.lines();
    assert!(lines.next().unwrap().starts_with("ID\tNAME\t"), "{}", ran.stdout);
    let first: Vec<_> = lines.next().unwrap().split('\t').collect();
    assert!(first.len() == 8 && !first[0].is_empty() && !first[5].is_empty(), "{first:?}");
    let reads = world.systems.octorate.simulation().requests.all();
    let pages = reads.iter().filter(|request| request.path.ends_with("/accommodation")).count();
    assert!(pages > 1, "{pages}");
    assert!(world.secrets().all(|secret| !ran.stdout.contains(secret)));
    assert!(!world.app.folder.0.join("latchkey.db").exists());
}

#[tokio::test]
async fn octorate_properties_says_when_octorate_refuses_the_client_or_fails() {
    let world = World::start().await;
    let faults = &world.systems.octorate.simulation().faults;
    faults.set("/accommodation", Fault::Status(503), 1);
    let ran = world.run(&["octorate", "properties"]).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.starts_with("latchkey: Octorate can't be read: "), "{}", ran.stderr);
    let client = world.systems.octorate.apps().swap_remove(0);
    world.systems.octorate.set_client_secret(&client.client_id, "another");
    let ran = world.run(&["octorate", "properties"]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("Octorate refuses OCTORATE_CLIENT_ID"), "{}", ran.stderr);
}

#[tokio::test]
async fn syncaroo_is_connected_through_its_consent_page_and_disconnected() {
    let world = World::start().await;
    assert_eq!(world.syncaroo_status().await, "not connected\n");
    let missing = world.run_plain(&["syncaroo", "disconnect"]).await;
    assert_eq!(missing.code, Some(1));
    assert_eq!(missing.stderr, "latchkey: Syncaroo is not connected\n");
    let address = world.begin_syncaroo().await;
    assert!(address.contains("/sim/syncaroo/api/authorize?clientId="), "{address}");
    assert!(address.contains("&responseType=code&scope=&state="), "{address}");
    let callback = world.decide(&address, "approve").await;
    let page = Browser::new(&world.app).get(&callback).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "connected"), "{}", page.body);
    assert!(page.shows_text("Syncaroo is connected"));
    assert_eq!(world.syncaroo_status().await, "connected\n");
    let listed = world.listed(&[]).await;
    assert_eq!((listed[0]["system"].as_str(), listed[0]["account"].as_str()), (Some("syncaroo"), None));
    let id = listed[0]["id"].as_str().unwrap();
    let tested = world.run(&["connection", "test", id]).await;
    assert_eq!(tested.code, Some(0), "{}", tested.stderr);
    let gone = world.run_plain(&["syncaroo", "disconnect"]).await;
    assert_eq!(gone.code, Some(0), "{}", gone.stderr);
    assert_eq!(world.syncaroo_status().await, "not connected\n");
    assert_eq!(world.app.count("select count(*) from connections").await, 0);
}

#[tokio::test]
async fn syncaroo_whose_grant_is_gone_needs_reconnect_and_connecting_again_keeps_the_id() {
    let world = World::start().await;
    let callback = world.decide(&world.begin_syncaroo().await, "approve").await;
    assert_eq!(Browser::new(&world.app).get(&callback).await.status, StatusCode::OK);
    let before = world.listed(&[]).await;
    let id = before[0]["id"].as_str().unwrap();
    world.systems.syncaroo.revoke();
    assert_eq!(world.run(&["connection", "test", id]).await.code, Some(1));
    assert_eq!(world.syncaroo_status().await, "needs-reconnect\n");
    let callback = world.decide(&world.begin_syncaroo().await, "approve").await;
    assert_eq!(Browser::new(&world.app).get(&callback).await.status, StatusCode::OK);
    assert_eq!(world.syncaroo_status().await, "connected\n");
    assert_eq!(world.listed(&[]).await[0]["id"].as_str(), Some(id));
}

#[tokio::test]
async fn t39_syncaroos_callback_takes_a_state_once_within_ten_minutes_and_asks_for_no_token_otherwise() {
    let world = World::start().await;
    let refused = async |callback: &str| {
        let page = Browser::new(&world.app).get(callback).await;
        assert_eq!((page.status, page.name()), (StatusCode::BAD_REQUEST, "error"), "{callback}");
    };
    let exchanges = || {
        let requests = world.systems.syncaroo.simulation().requests.all();
        requests.iter().filter(|request| request.body.contains("grantType=authorization_code")).count()
    };
    refused("/connections/syncaroo/callback").await;
    refused("/connections/syncaroo/callback?code=x&state=").await;
    let address = world.begin_syncaroo().await;
    let callback = world.decide(&address, "approve").await;
    refused(&callback.replace("state=", "state=x")).await;
    refused(&world.decide(&address, "deny").await).await;
    refused(&callback).await;
    let late = world.decide(&world.begin_syncaroo().await, "approve").await;
    world.app.clock.advance(601);
    refused(&late).await;
    world.app.clock.advance(-601);
    // An address that `disconnect` ended.
    let ended = world.decide(&world.begin_syncaroo().await, "approve").await;
    assert_eq!(world.run_plain(&["syncaroo", "disconnect"]).await.code, Some(1));
    refused(&ended).await;
    assert_eq!(exchanges(), 0);
    assert_eq!(world.syncaroo_status().await, "not connected\n");
    let good = world.decide(&world.begin_syncaroo().await, "approve").await;
    assert_eq!(Browser::new(&world.app).get(&good).await.status, StatusCode::OK);
    refused(&good).await;
    assert_eq!(exchanges(), 1, "used once");
}

#[tokio::test]
async fn when_syncaroo_fails_its_callback_answers_502_and_nothing_is_connected() {
    let world = World::start().await;
    for fault in [Fault::Status(503), Fault::Html] {
        let callback = world.decide(&world.begin_syncaroo().await, "approve").await;
        world.systems.syncaroo.simulation().faults.set("/token", fault, 1);
        let page = Browser::new(&world.app).get(&callback).await;
        assert_eq!((page.status, page.name()), (StatusCode::BAD_GATEWAY, "error"));
        assert_eq!(world.syncaroo_status().await, "not connected\n");
    }
}
