//! Threat T32: users see the properties that their newest launch named, even if the web services return more.

use std::time::Duration;

use axum::http::StatusCode;
use latchkey_sandbox::entrata::{Fault, Method, Target, Times};

use crate::{
    server::connectors::{PageRequest, Source},
    tests::{app::TestApp, browser::Browser},
};

/// The only property of Acme that Priya Raman may see.
const OWN: u64 = 164_377;
/// Another property of Acme.
const FOREIGN: u64 = 162_925;

/// Signs Priya in while the web services ignore her rights. Returns her browser and the address of home.
async fn priya(app: &TestApp) -> (Browser, String) {
    app.world.set_residents("acme", OWN, 30);
    app.world.set_fault(Target::Services, Fault::RightsIgnored, Times::UntilCleared);
    let browser = app.linked("priya@acme.example", "acme", "51877").await;
    let home = browser.page.address.clone();
    (browser, home)
}

/// Counts the rows that the web services return, stray ones included: properties, and residents and leases of her
/// property.
async fn returned_rows(app: &TestApp) -> [usize; 3] {
    let account: String = sqlx::query_scalar("select account_id from links")
        .fetch_one(app.app.core.storage.reader().pool())
        .await
        .unwrap();
    let linked = crate::server::storage::links::list(app.app.core.storage.reader(), &account.into()).await.unwrap();
    let api_credentials = app.app.identities.api_credentials(&linked[0].identity).await.unwrap().unwrap();
    let (services, page, own) = (&app.app.services, PageRequest { number: 1, size: 500 }, OWN.to_string());
    [
        services.places(&api_credentials, page).await.unwrap().rows.len(),
        services.residents(&api_credentials, &own, page).await.unwrap().rows.len(),
        services.leases(&api_credentials, &own, page).await.unwrap().rows.len(),
    ]
}

#[tokio::test]
async fn t32_a_property_not_named_by_the_newest_launch_is_not_listed_found_counted_or_downloaded() {
    let app = TestApp::start().await;
    let (mut browser, home) = priya(&app).await;
    assert_eq!(returned_rows(&app).await[0], 12, "Entrata returns all properties of the company");
    let list = browser.get(&format!("{home}/properties")).await;
    assert!(list.shows("The Alder") && list.shows(">1 property<") && !list.shows("Oak Court"), "{}", list.body);
    let found = browser.get(&format!("{home}/properties?q=oak")).await;
    assert!(!found.shows("Oak Court") && found.shows("No matching properties"));
    for file in ["properties/list.csv", "properties.csv"] {
        assert_eq!(browser.get(&format!("{home}/{file}")).await.body.lines().count(), 2, "{file}");
    }
    let data_export = browser.get(&format!("{home}/data-export.json")).await;
    assert!(data_export.status == StatusCode::OK && data_export.shows("The Alder") && !data_export.shows("Oak Court"));
}

#[tokio::test]
async fn t32_a_property_not_named_by_the_newest_launch_is_not_shown_nor_requested_from_entrata() {
    let app = TestApp::start().await;
    let (mut browser, home) = priya(&app).await;
    browser.get(&format!("{home}/properties")).await;
    let identity = app.identity("acme").await;
    let foreign = format!("{home}/as/{identity}/properties/{FOREIGN}");
    for path in ["", "/residents.csv", "/residents/16292500001"] {
        assert_eq!(browser.get(&format!("{foreign}{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    browser.get(&format!("{home}/properties")).await;
    for what in ["residents", "leases"] {
        let property = FOREIGN.to_string();
        let fields = [("what", what), ("identity", identity.as_str()), ("property", &property), ("resident", "1")];
        assert_eq!(browser.submit("/refresh", &fields).await.status, StatusCode::NOT_FOUND, "{what}");
        browser.get(&format!("{home}/properties")).await;
    }
    let calls = app.world.requests().into_iter().filter(|request| request.property_id.is_some());
    assert_eq!(calls.count(), 0);
}

#[tokio::test]
async fn t32_residents_and_leases_of_other_properties_in_a_response_are_dropped() {
    let app = TestApp::start().await;
    let (mut browser, home) = priya(&app).await;
    let [_, residents, leases] = returned_rows(&app).await;
    assert_eq!(
        (residents, leases),
        (32, 25),
        "30 residents and 24 leases, plus stray rows: one has the ID of her property's resident"
    );
    let property = format!("{home}/as/{}/properties/{OWN}", app.identity("acme").await);
    let page = browser.get(&property).await;
    assert!(page.shows(">30 residents<") && !page.shows("/residents/162925"), "{}", page.body);
    assert_eq!(browser.get(&format!("{property}/residents.csv")).await.body.lines().count(), 31);
    // The stray row's ID, which the first lease of its property has, too.
    assert_eq!(browser.get(&format!("{property}/residents/16292500001")).await.status, StatusCode::NOT_FOUND);
    let own = browser.get(&format!("{property}/residents/16437700001")).await;
    assert_eq!((own.status, own.body.matches("class=\"card lease\"").count()), (StatusCode::OK, 1));
}

#[tokio::test]
async fn t32_a_launch_that_names_no_property_shows_and_requests_none() {
    for fault in [None, Some(Fault::PropertiesNull), Some(Fault::PropertiesMissing)] {
        let app = TestApp::start().await;
        let (mut browser, home) = priya(&app).await;
        assert!(browser.get(&format!("{home}/properties")).await.shows("The Alder"));
        let calls = app.world.calls(Method::GetProperties);
        match fault {
            Some(fault) => app.world.set_fault(Target::UserInfo, fault, Times::Next(1)),
            None => app.world.set_properties("acme", 51_877, Vec::new()),
        }
        let home = browser.launch(&app.code("acme", "51877")).await.address;
        let list = browser.get(&format!("{home}/properties")).await;
        assert!(list.shows("Entrata didn’t list any properties for you.") && !list.shows("The Alder"), "{fault:?}");
        assert_eq!(app.world.calls(Method::GetProperties), calls, "{fault:?}");
        let property = format!("{home}/as/{}/properties/{OWN}", app.identity("acme").await);
        assert_eq!(browser.get(&property).await.status, StatusCode::NOT_FOUND, "{fault:?}");
    }
}

#[tokio::test]
async fn t32_a_page_that_is_loading_when_a_launch_removes_rights_does_not_show_the_data() {
    let app = TestApp::start().await;
    let (browser, home) = priya(&app).await;
    app.world.set_call_delay(Duration::from_millis(500));
    let property = format!("{home}/as/{}/properties/{OWN}", app.identity("acme").await);
    let load = |address: String| {
        let mut browser = browser.clone();
        tokio::spawn(async move { browser.get(&address).await })
    };
    let loading =
        [load(property.clone()), load(format!("{property}/residents.csv")), load(format!("{home}/properties"))];
    tokio::time::sleep(Duration::from_millis(150)).await;
    app.world.set_properties("acme", 51_877, Vec::new());
    Browser::new(&app).launch(&app.code("acme", "51877")).await;
    for page in loading {
        let page = page.await.unwrap();
        // The title was sent before the right was removed.
        let main = page.body.split_once("<main").map_or(page.body.as_str(), |(_, main)| main);
        assert!(!main.contains("The Alder") && !main.contains("@example.com"), "{}", page.body);
    }
}

#[tokio::test]
async fn t32_a_property_that_the_launch_named_but_entrata_does_not_list_is_shown_with_the_launch_data() {
    let app = TestApp::start().await;
    let mut browser = app.linked("dana@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    app.world.forbid_property("acme", FOREIGN);
    let list = browser.get(&format!("{home}/properties?q=oak+court")).await;
    assert!(list.shows("Oak Court") && list.shows("1 Oak Street, Provo, UT 84601"), "{}", list.body);
}
