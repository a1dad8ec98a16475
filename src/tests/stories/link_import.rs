//! Importing and exporting links: users who were linked in another system get in by a launch, without linking again.

use axum::http::StatusCode;
use proptest::{collection::vec, prelude::*};

use crate::{
    server::{
        account::Account,
        audit::ClientInfo,
        clock::Clock,
        link_management::{ImportError, OtherIssuer, Summary, export_links, import_links},
        rotation::rotate,
        storage::accounts,
        vault::{self, KeyRing, Vault},
    },
    tests::{
        app::{PASSWORD, TestApp},
        browser::Browser,
    },
};

impl TestApp {
    pub(super) fn issuer(&self) -> String {
        self.app.config.entrata.issuer()
    }

    /// Imports a file; returns the summary and the messages for refused lines.
    pub(super) async fn import(&self, file: &str, strict: bool) -> (Summary, Vec<String>) {
        let mut refused = Vec::new();
        let refuse = |line: u64, why: &str| refused.push(format!("line {line}: {why}"));
        let (core, client) = (&self.app.core, ClientInfo::command_line());
        let done = import_links(core, &self.issuer(), file.as_bytes(), strict, &client, refuse).await;
        (done.unwrap(), refused)
    }

    async fn export(&self) -> String {
        let mut file = Vec::new();
        export_links(&self.app.core, &self.issuer(), &mut file).await.unwrap();
        String::from_utf8(file).unwrap()
    }
}

fn linked(linked: u64) -> Summary {
    Summary { linked, ..Summary::default() }
}

#[tokio::test]
async fn an_imported_user_goes_straight_home_at_the_first_launch() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let file = "subdomain,user_id,email\nACME, 48213 ,JANE@acme.example\n";
    assert_eq!(app.import(file, false).await, (linked(1), vec![]));
    // Until the first launch only the file's data is known.
    let mut direct = Browser::new(&app);
    direct.get("/login").await;
    let home = direct.sign_in("jane@acme.example", PASSWORD).await;
    assert!(home.name() == "home" && home.shows("after this user opens Latchkey") && home.shows("acme.entrata.com"));
    assert!(home.shows("was linked to your account"), "a user who did not ask for the link sees it");
    let account = direct.get(&format!("{}/account", home.address)).await;
    assert!(account.shows("not opened from Entrata yet") && account.shows("…8213") && !account.shows("days ago"));
    let history = direct.get(&format!("{}/history", home.address)).await;
    assert!(history.shows("Entrata user linked") && history.shows("Command line"));
    let file = direct.get(&format!("{}/data-export.json", home.address)).await;
    assert!(file.shows("\"first_opened_at\":null") && file.shows("\"properties\":[]"));
    assert_eq!(direct.get(&format!("{}/properties.csv", home.address)).await.status, StatusCode::OK);

    app.clock.advance(3_600);
    let mut browser = Browser::new(&app);
    let home = browser.launch(&app.code("acme", "48213")).await;
    assert_eq!((home.status, home.name()), (StatusCode::OK, "home"));
    assert!(home.shows("Acme Residential Management"), "the launch brings the company's name");
    let account = browser.get(&format!("{}/account", home.address)).await;
    assert!(!account.shows("not opened"));
    assert_eq!(
        app.count("select count(*) from identities where first_seen_at = launched_at and length(token) > 0").await,
        1
    );
    let rows =
        "select count(*) from audit where what = 'linked' and browser = 'command_line' and identity_id is not null";
    assert_eq!(app.count(rows).await, 1);
}

#[tokio::test]
async fn each_line_is_checked_on_its_own_and_none_moves_an_identity() {
    let app = TestApp::start().await;
    app.linked("jane@acme.example", "acme", "48213").await;
    app.account("lee@acme.example").await;
    let file = "subdomain,user_id,email\r\n\
        acme,48213,jane@acme.example\r\n\
        acme,48213,lee@acme.example\r\n\
        acme,51877,lee@acme.example\r\n\
        beech,48213,nobody@acme.example\r\n\
        acme,51877,lee@acme.example\r\n\
        beech,1 2,lee@acme.example\r\n";
    let (summary, refused) = app.import(file, false).await;
    assert_eq!(summary, Summary { linked: 1, already: 1, refused: 4, undone: false });
    let expected = [
        "line 3: same Entrata user as in line 2",
        "line 6: same Entrata user as in line 4",
        "line 7: '1 2' is not a user ID: use 1 to 128 visible ASCII characters",
        "line 5: no account with this email",
    ];
    assert_eq!(refused, expected);
    let moved = "subdomain,user_id,email\nacme,48213,lee@acme.example\n";
    assert_eq!(app.import(moved, false).await.1, ["line 2: this Entrata user is linked to another account"]);
    let again = app.import("email,USER_ID,Subdomain\nlee@acme.example,51877,acme\n", true).await.0;
    assert_eq!(again, Summary { already: 1, ..Summary::default() });
    assert_eq!(app.count("select count(*) from links").await, 2);
}

#[tokio::test]
async fn a_strict_import_is_all_or_nothing_and_still_reports_every_bad_line() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let events = app.events().await;
    let good: String = (0..1_200).map(|n| format!("acme,id-{n},jane@acme.example\n")).collect();
    for (bad, lines) in [("beech,1,nobody@b\n", vec![1202]), ("beech,1,nobody@b\nbeech\n", vec![1203, 1202])] {
        let (summary, refused) = app.import(&format!("subdomain,user_id,email\n{good}{bad}"), true).await;
        assert_eq!((summary.linked, summary.undone), (0, true));
        let prefixes: Vec<String> = lines.iter().map(|line| format!("line {line}:")).collect();
        assert!(refused.iter().zip(&prefixes).all(|(message, prefix)| message.starts_with(prefix)), "{refused:?}");
        assert_eq!(refused.len(), prefixes.len());
    }
    let rows =
        "select (select count(*) from links) + (select count(*) from identities) + (select count(*) from companies)";
    assert_eq!((app.count(rows).await, app.events().await), (0, events));
    assert_eq!(app.import(&format!("subdomain,user_id,email\n{good}"), true).await.0, linked(1_200));
    assert_eq!(app.count("select count(*) from audit where what = 'linked'").await, 1_200);
}

#[tokio::test]
async fn an_import_without_a_header_or_rows_links_nobody() {
    let app = TestApp::start().await;
    let (core, issuer, client) = (&app.app.core, app.issuer(), ClientInfo::command_line());
    for file in ["", "acme,48213,jane@acme.example\n", "subdomain,user_id\nacme,48213\n"] {
        let done = import_links(core, &issuer, file.as_bytes(), false, &client, |_, _| {}).await;
        assert!(matches!(done, Err(ImportError::LinkCsv(_))), "{file}");
    }
    assert_eq!(app.import("subdomain,user_id,email\n", false).await, (linked(0), vec![]));
}

#[tokio::test]
async fn an_import_for_an_issuer_that_the_database_does_not_know_is_refused() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let file = "subdomain,user_id,email\nacme,48213,jane@acme.example\n";
    assert_eq!(app.import(file, false).await.0, linked(1), "where none is known, any may be the first");
    let issuer = "https://sync.entrata.com".to_owned();
    let (core, client) = (&app.app.core, ClientInfo::command_line());
    let more = "subdomain,user_id,email\nbeech,51877,jane@acme.example\n";
    for strict in [false, true] {
        let done = import_links(core, &issuer, more.as_bytes(), strict, &client, |_, _| {}).await;
        let Err(ImportError::OtherIssuer(said)) = done else { panic!("{done:?}") };
        assert_eq!(said, OtherIssuer { issuer: issuer.clone(), known: vec![app.issuer()] });
    }
    assert_eq!(app.count("select (select count(*) from links) + (select count(*) from companies)").await, 2);
    assert_eq!(app.import(more, false).await.0, linked(1));
}

#[tokio::test]
async fn a_user_at_the_login_page_during_an_import_gets_in_with_the_next_launch() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    app.account("eve@evil.example").await;
    let mut pending = Browser::new(&app);
    pending.launch(&app.code("acme", "48213")).await;
    let confirm = pending.sign_in("eve@evil.example", PASSWORD).await;
    assert_eq!(app.import("subdomain,user_id,email\nacme,48213,jane@acme.example\n", false).await.0, linked(1));
    assert_ne!(pending.post(&confirm.form("/link")).await.status, StatusCode::OK, "no second account");
    assert_eq!(app.count("select count(*) from links").await, 1);
    let home = pending.launch(&app.code("acme", "48213")).await;
    assert!(home.name() == "home" && home.shows("jane@acme.example"));
}

#[tokio::test]
async fn an_imported_link_can_be_unlinked_and_linked_again_and_is_skipped_by_key_rotation() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "beech", "48213").await;
    let file = "subdomain,user_id,email\nacme,48213,jane@acme.example\n";
    app.import(file, false).await;
    let keys =
        format!("{},{}", vault::generate("k2", &app.app.core.rng), "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let vault = Vault::new(KeyRing::parse(&keys).unwrap(), app.app.core.rng.clone());
    let rotated = rotate(&app.app.core.storage, &vault, &Clock::default(), |_| {}).await.unwrap();
    assert_eq!(rotated.unopened, 1, "the launched one's token, since the key differs; the imported one has no token");
    let identity = app.identity("acme").await;
    let home = browser.page.address.clone();
    assert!(browser.unlink(&home, &identity, &[]).await.shows("Entrata user unlinked"));
    assert_eq!(app.import(file, true).await.0, linked(1));
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    /// IDs and emails with all allowed characters: commas, quotes, and text that a spreadsheet would run.
    #[test]
    fn an_exported_file_is_imported_unchanged(
        links in vec(
            ("[a-z][a-z0-9-]{0,8}[a-z0-9]", "[!-~]{1,12}", "[=+\"',;!-~&&[^@]]{1,10}@[a-zü\"',]{1,4}"),
            0..40,
        ),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (from, to) = (TestApp::start().await, TestApp::start().await);
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["subdomain", "user_id", "email"]).unwrap();
            for (n, (subdomain, user_id, email)) in links.iter().enumerate() {
                for app in [&from, &to] {
                    let (id, email, name) = (n.to_string().into(), email.clone(), "x".into());
                    let account = Account { id, email, name, disabled: false };
                    let insert = app.app.core.storage.write(move |mut tx| async move {
                        accounts::insert(&mut tx, &account, "", 1).await
                    });
                    insert.await.unwrap();
                }
                writer.write_record([subdomain, user_id, email]).unwrap();
            }
            let file = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let (summary, refused) = from.import(&file, false).await;
            let allowed = ["same Entrata user", "is not a subdomain"];
            let is_allowed = |reason: &String| allowed.iter().any(|text| reason.contains(text));
            prop_assert!(refused.iter().all(is_allowed), "{refused:?}");
            let first = from.export().await;
            prop_assert_eq!(first.lines().count() as u64, 1 + summary.linked);
            prop_assert_eq!(to.import(&first, true).await, (linked(summary.linked), vec![]));
            prop_assert_eq!(to.export().await, first);
            Ok(())
        })?;
    }
}
