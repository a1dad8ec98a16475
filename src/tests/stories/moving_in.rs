//! Moving in: people who were linked in another system come in by a click, without linking anew.

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
async fn somebody_who_was_imported_goes_straight_home_at_the_first_click() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let file = "subdomain,user_id,email\nACME, 48213 ,JANE@acme.example\n";
    assert_eq!(app.import(file, false).await, (linked(1), vec![]));
    // Until the first click nothing is known of it but what the file said.
    let mut direct = Browser::new(&app);
    direct.get("/login").await;
    let home = direct.sign_in("jane@acme.example", PASSWORD).await;
    assert!(home.name() == "home" && home.shows("after this user opens Latchkey") && home.shows("acme.entrata.com"));
    assert!(home.shows("was linked to your account"), "whoever did not ask for it hears of it");
    let account = direct.get(&format!("{}/account", home.address)).await;
    assert!(account.shows("not opened from Entrata yet") && account.shows("…8213") && !account.shows("days ago"));
    let history = direct.get(&format!("{}/history", home.address)).await;
    assert!(history.shows("Entrata user linked") && history.shows("Command line"));
    let file = direct.get(&format!("{}/everything.json", home.address)).await;
    assert!(file.shows("\"first_opened_at\":null") && file.shows("\"properties\":[]"));
    assert_eq!(direct.get(&format!("{}/properties.csv", home.address)).await.status, StatusCode::OK);

    app.clock.advance(3_600);
    let mut browser = Browser::new(&app);
    let home = browser.launch(&app.code("acme", "48213")).await;
    assert_eq!((home.status, home.name()), (StatusCode::OK, "home"));
    assert!(home.shows("Acme Residential Management"), "the company has its name");
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
async fn every_line_is_judged_by_itself_and_none_moves_an_identity() {
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
    let said = [
        "line 3: same Entrata user as in line 2",
        "line 6: same Entrata user as in line 4",
        "line 7: '1 2' is not a user ID: use 1 to 128 visible ASCII characters",
        "line 5: no account with this email",
    ];
    assert_eq!(refused, said);
    let moved = "subdomain,user_id,email\nacme,48213,lee@acme.example\n";
    assert_eq!(app.import(moved, false).await.1, ["line 2: this Entrata user is linked to another account"]);
    let again = app.import("email,USER_ID,Subdomain\nlee@acme.example,51877,acme\n", true).await.0;
    assert_eq!(again, Summary { already: 1, ..Summary::default() });
    assert_eq!(app.count("select count(*) from links").await, 2);
}

#[tokio::test]
async fn a_strict_import_is_all_or_nothing_and_still_tells_of_every_line() {
    let app = TestApp::start().await;
    app.account("jane@acme.example").await;
    let events = app.events().await;
    let good: String = (0..1_200).map(|n| format!("acme,id-{n},jane@acme.example\n")).collect();
    for (bad, lines) in [("beech,1,nobody@b\n", vec![1202]), ("beech,1,nobody@b\nbeech\n", vec![1203, 1202])] {
        let (summary, refused) = app.import(&format!("subdomain,user_id,email\n{good}{bad}"), true).await;
        assert_eq!((summary.linked, summary.undone), (0, true));
        let told: Vec<String> = lines.iter().map(|line| format!("line {line}:")).collect();
        assert!(refused.iter().zip(&told).all(|(said, line)| said.starts_with(line)), "{refused:?}");
        assert_eq!(refused.len(), told.len());
    }
    let left =
        "select (select count(*) from links) + (select count(*) from identities) + (select count(*) from companies)";
    assert_eq!((app.count(left).await, app.events().await), (0, events));
    assert_eq!(app.import(&format!("subdomain,user_id,email\n{good}"), true).await.0, linked(1_200));
    assert_eq!(app.count("select count(*) from audit where what = 'linked'").await, 1_200);
}

#[tokio::test]
async fn an_import_without_a_header_or_content_links_nobody() {
    let app = TestApp::start().await;
    let (core, issuer, client) = (&app.app.core, app.issuer(), ClientInfo::command_line());
    for file in ["", "acme,48213,jane@acme.example\n", "subdomain,user_id\nacme,48213\n"] {
        let done = import_links(core, &issuer, file.as_bytes(), false, &client, |_, _| {}).await;
        assert!(matches!(done, Err(ImportError::LinkCsv(_))), "{file}");
    }
    assert_eq!(app.import("subdomain,user_id,email\n", false).await, (linked(0), vec![]));
}

#[tokio::test]
async fn an_import_under_an_issuer_that_the_database_does_not_know_beside_others_is_refused() {
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
async fn whoever_sits_before_the_login_page_meanwhile_is_in_at_the_next_click() {
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
async fn an_imported_link_is_unlinked_linked_again_and_left_alone_by_a_change_of_keys() {
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "beech", "48213").await;
    let file = "subdomain,user_id,email\nacme,48213,jane@acme.example\n";
    app.import(file, false).await;
    let keys =
        format!("{},{}", vault::generate("k2", &app.app.core.rng), "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let vault = Vault::new(KeyRing::parse(&keys).unwrap(), app.app.core.rng.clone());
    let rotated = rotate(&app.app.core.storage, &vault, &Clock::default(), |_| {}).await.unwrap();
    assert_eq!(rotated.unopened, 1, "the launched one's, since the key is another; of the imported one there is none");
    let identity = app.identity("acme").await;
    let home = browser.page.address.clone();
    assert!(browser.unlink(&home, &identity, &[]).await.shows("Entrata user unlinked"));
    assert_eq!(app.import(file, true).await.0, linked(1));
    assert_eq!(Browser::new(&app).launch(&app.code("acme", "48213")).await.name(), "home");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    /// Ids and e-mails of whatever is allowed in them: commas, quotes, what a spreadsheet would run.
    #[test]
    fn what_is_exported_is_imported_as_it_was(
        links in vec(("[a-z][a-z0-9-]{0,8}[a-z0-9]", "[!-~]{1,12}", "[=+\"',;!-~&&[^@]]{1,10}@[a-zü\"',]{1,4}"), 0..40)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (from, to) = (TestApp::start().await, TestApp::start().await);
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["subdomain", "user_id", "email"]).unwrap();
            for (n, (subdomain, user_id, email)) in links.iter().enumerate() {
                for app in [&from, &to] {
                    let account = Account { id: n.to_string(), email: email.clone(), name: "x".into(), disabled: false };
                    let insert = app.app.core.storage.write(move |mut tx| async move { accounts::insert(&mut tx, &account, "", 1).await });
                    insert.await.unwrap();
                }
                writer.write_record([subdomain, user_id, email]).unwrap();
            }
            let file = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let (summary, refused) = from.import(&file, false).await;
            prop_assert!(refused.iter().all(|why| why.contains("same Entrata user") || why.contains("is not a subdomain")), "{refused:?}");
            let first = from.export().await;
            prop_assert_eq!(first.lines().count() as u64, 1 + summary.linked);
            prop_assert_eq!(to.import(&first, true).await, (linked(summary.linked), vec![]));
            prop_assert_eq!(to.export().await, first);
            Ok(())
        })?;
    }
}
