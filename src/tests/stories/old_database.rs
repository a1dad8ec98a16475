//! Upgrading a database of November 2026: nothing is lost. `src/tests/fixtures/README.md` says what it contains and how
//! it was made.

use latchkey_sandbox::entrata::{self, Settings, Simulator};
use std::{collections::BTreeMap, process::Stdio, time::Duration};

use axum::http::StatusCode;
use serde_json::Value;
use sqlx::{Connection, SqliteConnection};
use tokio::net::TcpListener;

use crate::{
    server::{activation::EventState, clock::Clock},
    tests::{
        app::{Folder, TestApp},
        browser::Browser,
        child,
    },
};

/// Tables that were renamed since: old and new name.
const RENAMED: &[(&str, &str)] = &[("pending_links", "unconfirmed_links")];
/// Seconds between the fixture's last request and the tests.
const LATER: i64 = 60;

/// The old database in its own folder.
struct OldDatabase {
    folder: Folder,
    /// What the old server listed, and what the tests need to use its data.
    facts: Value,
    rows_before: BTreeMap<String, i64>,
}

impl OldDatabase {
    /// Writes the file and upgrades it with `latchkey migrate`.
    async fn upgraded() -> Self {
        Self::changed_and_upgraded("").await
    }

    /// The same, after a change to the old database.
    async fn changed_and_upgraded(change: &'static str) -> Self {
        let folder = Folder::make();
        let mut connection = connect(&folder).await;
        sqlx::raw_sql(include_str!("../fixtures/database_v1.sql")).execute(&mut connection).await.unwrap();
        sqlx::raw_sql(change).execute(&mut connection).await.unwrap();
        let rows_before = rows(&mut connection).await;
        connection.close().await.unwrap();
        let facts = serde_json::from_str(include_str!("../fixtures/database_v1.json")).unwrap();
        let this = Self { folder, facts, rows_before };
        this.latchkey(&["migrate"]);
        this
    }

    fn text(&self, name: &str) -> &str {
        self.facts[name].as_str().unwrap()
    }

    fn settings(&self) -> [(&'static str, String); 4] {
        let issuer = self.text("issuer");
        [
            ("DATABASE_URL", url(&self.folder)),
            ("ENCRYPTION_KEYS", self.text("encryption_keys").to_owned()),
            ("ENTRATA_OAUTH_URL", format!("{issuer}/api/oauth")),
            ("ENTRATA_API_URL", format!("{issuer}/{{subdomain}}/api/v1")),
        ]
    }

    /// Runs a command and returns its output.
    fn latchkey(&self, arguments: &[&str]) -> String {
        self.latchkey_with(arguments, &[])
    }

    fn latchkey_with(&self, arguments: &[&str], settings: &[(&str, &str)]) -> String {
        let mut command = child::latchkey(&self.folder.0, arguments);
        command.envs(self.settings()).envs(settings.iter().copied()).stdin(Stdio::null());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        // The test harness that runs the command prints its own line first.
        let (_, printed) = printed.split_once("plays_latchkey ... ").unwrap();
        printed.to_owned()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let printed = self.latchkey(arguments);
        serde_json::from_str(&printed).unwrap_or_else(|e| panic!("{e}: {printed}"))
    }

    /// Starts the app with this database, a minute after the old server's last request.
    async fn app(&self) -> TestApp {
        let clock = Clock::default();
        clock.set(self.facts["made_at"].as_i64().unwrap() + LATER - clock.now());
        let settings = self.settings();
        let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
        TestApp::at(clock, &settings).await
    }

    /// Returns a browser with the cookies or token from the old server, and the path of its visit.
    fn browser(&self, app: &TestApp, name: &str) -> (Browser, String) {
        let stored = |field: &str| self.facts["browsers"][name][field].as_str().map(str::to_owned);
        let (cookie, key, bearer) = (stored("cookie"), stored("known"), stored("bearer"));
        let keeps_cookies = bearer.is_none();
        let browser = Browser { cookie, key, bearer, keeps_cookies, ..Browser::new(app) };
        (browser, stored("visit").unwrap())
    }

    /// Simulates Entrata at the issuer's address, which the identities and sealed tokens are bound to.
    async fn entrata(&self) -> Simulator {
        let address = self.text("issuer").strip_prefix("http://").unwrap().to_owned();
        let mut tries = 0;
        let listener = loop {
            match TcpListener::bind(&address).await {
                Ok(listener) => break listener,
                // Tests of another checkout may be using the address.
                Err(e) => assert!(tries < 300, "{address}: {e}"),
            }
            tries += 1;
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        let world = Simulator::new(Settings::default());
        tokio::spawn(latchkey_sandbox::serve(listener, entrata::router(world.clone()), std::future::pending()));
        world
    }
}

fn url(folder: &Folder) -> String {
    format!("sqlite:{}", folder.0.join("latchkey.db").display())
}

async fn connect(folder: &Folder) -> SqliteConnection {
    SqliteConnection::connect(&format!("{}?mode=rwc", url(folder))).await.unwrap()
}

/// Counts the rows of each table.
async fn rows(connection: &mut SqliteConnection) -> BTreeMap<String, i64> {
    let names = "select name from sqlite_master where type = 'table' and name not like 'sqlite%'";
    let names: Vec<String> = sqlx::query_scalar(names).fetch_all(&mut *connection).await.unwrap();
    let mut rows = BTreeMap::new();
    for name in names {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from \"{name}\""));
        let count = sqlx::query_scalar(count).fetch_one(&mut *connection).await.unwrap();
        rows.insert(name, count);
    }
    rows
}

#[tokio::test]
async fn an_upgrade_keeps_every_row_and_the_command_line_lists_the_same() {
    let old = OldDatabase::upgraded().await;
    let after = rows(&mut connect(&old.folder).await).await;
    for (table, count) in old.rows_before.iter().filter(|(table, _)| *table != "_sqlx_migrations") {
        let name = RENAMED.iter().find(|(before, _)| before == table).map_or(table.as_str(), |(_, now)| *now);
        assert!(*count > 0, "the fixture has nothing in {table}");
        assert_eq!(after.get(name), Some(count), "{table}");
    }
    let mut connection = connect(&old.folder).await;
    let states: Vec<String> =
        sqlx::query_scalar("select distinct state from events").fetch_all(&mut connection).await.unwrap();
    assert!(states.len() > 3 && states.iter().all(|state| EventState::of(state).is_some()), "{states:?}");
    for (listed, arguments) in
        [("accounts", ["account", "list", "--json"]), ("companies", ["company", "list", "--json"])]
    {
        let (now, before) = (old.json(&arguments), old.facts[listed].as_array().unwrap());
        assert_eq!(now.as_array().map(Vec::len), Some(before.len()), "{listed}");
        for (n, row) in before.iter().enumerate() {
            // Columns may have been added since.
            for (column, value) in row.as_object().unwrap() {
                assert_eq!(&now[n][column], value, "{column} of {row}");
            }
        }
    }
    let links = old.latchkey(&["links", "export"]);
    assert!(old.text("links").lines().count() > 5 && links.contains(old.text("links")), "{links}");
}

#[tokio::test]
async fn an_upgrade_rewrites_the_words_of_audit_rows_to_codes() {
    let old = OldDatabase::upgraded().await;
    let mut connection = connect(&old.folder).await;
    // As many rows as the fixture has of each text.
    for (code, rows) in [
        ("browser = 'command_line'", 20),
        ("browser = 'entrata_event'", 4),
        ("detail = 'password_confirmed'", 3),
        ("detail = 'k2:6'", 1),
        ("browser in ('Command line', 'Entrata event') or detail in ('password confirmed', '6 rows, to k2')", 0),
    ] {
        let count = sqlx::AssertSqlSafe(format!("select count(*) from audit where {code}"));
        let count: i64 = sqlx::query_scalar(count).fetch_one(&mut connection).await.unwrap();
        assert_eq!(count, rows, "{code}");
    }
}

#[tokio::test]
async fn an_upgrade_renames_every_state_of_an_event() {
    // The fixture has no event in some of the states.
    let old = OldDatabase::changed_and_upgraded(
        "update events set state = 'asking' where number = 1; update events set state = 'alike' where number = 2;
         update events set state = 'proven' where number = 3; update events set state = 'unproven' where number = 4;",
    )
    .await;
    let mut connection = connect(&old.folder).await;
    let states = sqlx::query_scalar("select state from events where number <= 4 order by number");
    let states: Vec<String> = states.fetch_all(&mut connection).await.unwrap();
    assert_eq!(states, ["exchanging", "duplicate", "verified", "unverified"]);
}

#[tokio::test]
async fn after_an_upgrade_all_sealed_content_opens() {
    let old = OldDatabase::upgraded().await;
    let fourth = "k4:TGF0Y2hrZXkgdGVzdCBrZXkgazQsIG5vIHNlY3JldC4=";
    let keys = format!("{fourth},{}", old.text("encryption_keys"));
    // The command fails if a token, a confirmation ticket or the code of a waiting event can't be opened.
    let printed = old.latchkey_with(&["keys", "rotate"], &[("ENCRYPTION_KEYS", &keys)]);
    assert!(printed.contains("everything uses key k4"), "{printed}");
    let again = old.latchkey_with(&["keys", "rotate"], &[("ENCRYPTION_KEYS", fourth)]);
    assert!(again.contains("everything uses key k4"), "{again}");
}

#[tokio::test]
async fn after_an_upgrade_linked_users_launch_and_people_sign_in() {
    let old = OldDatabase::upgraded().await;
    let world = old.entrata().await;
    let app = old.app().await;
    for (subdomain, user, expected) in [
        ("acme", "48213", (StatusCode::OK, "home")),
        ("beech", "00d41e77a2", (StatusCode::OK, "home")),
        ("acme", "51877", (StatusCode::OK, "home")),
        ("beech", "3", (StatusCode::OK, "login")),
        ("cedar-test-17402", "17402001", (StatusCode::OK, "login")),
        // A disabled account, a disabled company, a suspended one.
        ("acme", "7f3a09c1be", (StatusCode::FORBIDDEN, "error")),
        ("granite", "90210001", (StatusCode::FORBIDDEN, "error")),
        ("mallory", "666", (StatusCode::FORBIDDEN, "error")),
    ] {
        let page = Browser::new(&app).launch(&world.mint_code(subdomain, user)).await;
        assert_eq!((page.status, page.name()), expected, "{subdomain} {user}");
    }
    let (password, new_password) = (old.text("password"), old.text("new_password"));
    for (email, password, expected) in [
        ("dana@acme.example", new_password, StatusCode::OK),
        ("dana@acme.example", password, StatusCode::UNAUTHORIZED),
        ("dana@example.com", new_password, StatusCode::UNAUTHORIZED),
        ("tom@example.com", password, StatusCode::OK),
        ("nell@example.com", password, StatusCode::FORBIDDEN),
        ("rita@example.com", password, StatusCode::UNAUTHORIZED),
    ] {
        let mut browser = Browser::new(&app);
        browser.get("/login").await;
        assert_eq!(browser.sign_in(email, password).await.status, expected, "{email}");
    }
}

#[tokio::test]
async fn after_an_upgrade_open_visits_continue_also_pending_ones() {
    let old = OldDatabase::upgraded().await;
    let app = old.app().await;
    for (name, expected, shown) in [
        ("linked", "home", "Acme Residential Management"),
        ("direct", "home", "dana@acme.example"),
        ("bearer", "home", "lee@example.com"),
        ("pending", "login", "Cedar Living (Test)"),
        ("unconfirmed", "confirm", "sam@example.com"),
    ] {
        let (mut browser, visit) = old.browser(&app, name);
        let page = browser.get(&visit).await;
        assert_eq!((page.status, page.name()), (StatusCode::OK, expected), "{name}");
        assert!(page.shows(shown), "{name}: {}", page.body);
        let stranger = Browser::new(&app).get(&visit).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "{name}");
    }
    let (mut sam, visit) = old.browser(&app, "unconfirmed");
    sam.get(&visit).await;
    assert_eq!(sam.confirm().await.name(), "home", "the ticket that the old server sealed");
    let (mut dana, visit) = old.browser(&app, "pending");
    dana.get(&visit).await;
    let confirm = dana.sign_in("dana@acme.example", old.text("new_password")).await;
    assert_eq!(confirm.name(), "confirm");
    let (mut dana, visit) = old.browser(&app, "linked");
    dana.get(&visit).await;
    dana.submit("/sign-out", &[]).await;
    assert_eq!(dana.get(&visit).await.status, StatusCode::CONFLICT, "her other visit is still open");
}

#[tokio::test]
async fn after_an_upgrade_the_history_and_the_data_export_are_complete() {
    let old = OldDatabase::upgraded().await;
    let app = old.app().await;
    let (mut dana, visit) = old.browser(&app, "linked");
    let page = dana.get(&format!("{visit}/history.json")).await;
    let history: Vec<Value> = serde_json::from_str(&page.body).unwrap();
    let before = old.facts["history"].as_array().unwrap();
    assert!(before.len() > 20 && history.len() == before.len(), "{} of {}", history.len(), before.len());
    for (now, before) in history.iter().zip(before) {
        for field in ["at", "company", "subdomain", "user_id", "address", "browser"] {
            assert_eq!(now[field], before[field], "{before}");
        }
        assert!(now["event"].as_str().is_some_and(|event| !event.is_empty()));
    }
    dana.get(&visit).await;
    assert_eq!(dana.get(&format!("{visit}/history")).await.status, StatusCode::OK);
    assert_eq!(dana.get(&format!("{visit}/sessions")).await.status, StatusCode::OK);
    assert_eq!(dana.get(&format!("{visit}/account")).await.status, StatusCode::OK);
    // The sweep deletes what expired, and nothing else.
    app.app.sweep.delete_expired().await.unwrap();
    for (table, count) in ["accounts", "links", "audit"].map(|table| (table, old.rows_before[table])) {
        let now = rows(&mut connect(&old.folder).await).await;
        assert_eq!(now[table], count, "{table}");
    }
    assert_eq!(dana.get(&visit).await.name(), "home");
}
