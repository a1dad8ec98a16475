//! What the pages of connections show, and what their forms do.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use latchkey_sandbox::simulation::Fault;

use crate::{
    server::ids::ConnectionId,
    tests::{
        app::TestApp,
        browser::{Browser, Form},
        systems::{Systems, connection_of, visit_of},
    },
};

#[tokio::test]
async fn a_connection_shows_its_places_and_what_happened_lately() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let user = systems.activebuilding.users().swap_remove(0);
    let page = systems.connect_activebuilding(&mut browser).await;
    systems.sync_shown(&browser).await;
    let page = browser.get(&page.address).await;
    let communities = systems.activebuilding.communities();
    let own: Vec<_> = communities.iter().filter(|community| user.communities.contains(&community.id)).collect();
    assert!(!own.is_empty());
    for community in &own {
        assert!(page.shows_text(&community.title) && page.shows(&format!(">{}</td>", community.id)), "{community:?}");
    }
    assert!(page.shows("<table class=\"list card\">") && page.shows("Recent activity") && page.shows("Updated "));
    let file = browser.clone().get(&format!("{}/places.csv", page.address)).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.body.trim_start_matches('\u{FEFF}').starts_with("ID,Name,Type,Status,Address\r\n"));
    assert_eq!(file.body.lines().count(), own.len() + 1);
    let found = browser.get(&format!("{}?q=zzzz", page.address)).await;
    assert!(found.shows("No properties match") && !found.shows_text(&own[0].title));
}

#[tokio::test]
async fn many_places_are_paged() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let user = systems.activebuilding.users().swap_remove(0);
    systems.activebuilding.add_communities(&user.id, 150);
    let page = systems.connect_activebuilding(&mut browser).await;
    systems.sync_shown(&browser).await;
    let first = browser.get(&page.address).await;
    assert!(first.shows("Page 1 of 2") && first.shows("rel=\"next\""));
    let last = browser.get(&format!("{}?page=9", page.address)).await;
    assert!(last.shows("Page 2 of 2"));
    let file = browser.clone().get(&format!("{}/places.csv?q=Community+7", page.address)).await;
    assert!(file.body.contains("Community 7\r\n") || file.body.contains("Community 7,"));
    assert!(!file.body.contains("Community 8,"));
}

#[tokio::test]
async fn another_accounts_connection_is_not_found() {
    let systems = Systems::start().await;
    let mut owner = systems.linked().await;
    let id = connection_of(&systems.connect_activebuilding(&mut owner).await.address);
    let mut other = systems.app.linked("priya@acme.example", "acme", "51877").await;
    let page = format!("{}/connections/{id}", visit_of(&other));
    for address in [page.clone(), format!("{page}/places.csv")] {
        let answer = other.get(&address).await;
        assert_eq!((answer.status, answer.name()), (StatusCode::NOT_FOUND, "not-found"), "{address}");
    }
    for action in ["test", "sync", "reconnect", "disconnect"] {
        let form = Form { action: format!("{page}/{action}"), fields: vec![("username".into(), "a".into())] };
        let answer = other.send(Method::POST, &form.action, "same-origin", Some(&form)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}");
    }
    assert_eq!(systems.app.count("select count(*) from connections").await, 1);
    let of_owner = format!("{}/connections/{id}", visit_of(&owner));
    assert_eq!(Browser::new(&systems.app).get(&of_owner).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_test_says_whether_the_connection_works() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    systems.connect_activebuilding(&mut browser).await;
    let page = browser.submit("/test", &[]).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "connection"));
    assert!(page.shows("The connection works."));
    systems.fail(Fault::Status(503));
    let page = browser.submit("/test", &[]).await;
    assert!(page.shows("data-badge=\"failing\""), "{}", page.body);
    assert!(page.shows_text("ActiveBuilding is having problems.") && page.shows("(503)"));
}

#[tokio::test]
async fn home_tells_about_a_connection_that_needs_its_owner() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let user = systems.activebuilding.users().swap_remove(0);
    let connection = systems.connect_activebuilding(&mut browser).await;
    systems.activebuilding.revoke(&user.id);
    let page = browser.submit("/test", &[]).await;
    assert!(page.shows("data-badge=\"needs-reconnect\""));
    let page = systems.open(&mut browser).await;
    assert!(page.shows("data-state=\"needs-reconnect\""));
    let home = browser.get(&visit_of(&browser.clone())).await;
    assert_eq!(home.name(), "home");
    assert!(home.shows(&format!("<a href=\"{}\">Reconnect</a>", connection.address)));
}

#[tokio::test]
async fn disconnecting_deletes_the_connection_and_its_places() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let connection = systems.connect_activebuilding(&mut browser).await;
    systems.sync_shown(&browser).await;
    let page = browser.submit("/disconnect", &[]).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "connections"));
    assert!(page.shows("Disconnected.") && !page.shows("data-connection="));
    assert_eq!(browser.get(&connection.address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(systems.app.count("select count(*) from connections").await, 0);
    assert_eq!(systems.app.count("select count(*) from connection_places").await, 0);
}

#[tokio::test]
async fn load_now_makes_a_sync_due() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let id = ConnectionId::from(connection_of(&systems.connect_activebuilding(&mut browser).await.address));
    systems.sync_shown(&browser).await;
    let requests = systems.requests();
    assert!(systems.app.app.connections.due_connections(10).await.unwrap().is_empty());
    let page = browser.submit("/sync", &[]).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "connection"));
    for _ in 0..500 {
        if systems.requests() > requests {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the worker does not sync {id}");
}

#[tokio::test]
async fn properties_lists_the_places_of_connections_next_to_entratas() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let user = systems.activebuilding.users().swap_remove(0);
    systems.connect_activebuilding(&mut browser).await;
    systems.sync_shown(&browser).await;
    let communities = systems.activebuilding.communities();
    let community = communities.iter().find(|community| user.communities.contains(&community.id)).unwrap();
    let address = format!("{}/properties", visit_of(&browser));
    let page = browser.get(&address).await;
    assert_eq!(page.name(), "properties");
    assert!(page.shows_text(&community.title) && page.shows("<small>ActiveBuilding</small>"));
    assert!(page.shows("<small>Entrata</small>") && page.shows_text(&user.full_name));
    let found = browser.get(&format!("{address}?q=activebuilding")).await;
    assert!(found.shows_text(&community.title) && !found.shows("<small>Entrata</small>"));
    let file = browser.get(&format!("{address}/list.csv")).await;
    let lines: Vec<_> = file.body.trim_start_matches('\u{FEFF}').lines().collect();
    assert_eq!(lines[0], "Company,ID,Name,Street,City,Phone,System,Status");
    assert!(lines.iter().any(|line| line.contains(&community.id) && line.contains(",ActiveBuilding,")));
    assert!(lines.iter().any(|line| line.contains(",Entrata,")));
}

#[tokio::test]
async fn the_navigation_links_to_connections_where_a_system_is_on() {
    let systems = Systems::start().await;
    assert!(systems.linked().await.page.shows("/connections\""));
    let app = TestApp::start().await;
    let mut browser = app.linked("jane@acme.example", "acme", "48213").await;
    assert!(!browser.page.shows("/connections\""));
    let page = browser.get(&format!("{}/connections", visit_of(&browser.clone()))).await;
    assert_eq!((page.status, page.name()), (StatusCode::OK, "connections"));
    assert!(!page.shows("data-system="));
    let form = Form { action: format!("{}/rex/connect", page.address), fields: Vec::new() };
    assert_eq!(browser.post(&form).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn places_with_the_same_name_in_two_systems_are_listed_side_by_side() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    for _ in 0..2 {
        systems.connect_activebuilding(&mut browser).await;
        systems.sync_shown(&browser).await;
    }
    let user = systems.activebuilding.users().swap_remove(0);
    let communities = systems.activebuilding.communities();
    let community = communities.iter().find(|community| user.communities.contains(&community.id)).unwrap();
    let address = format!("{}/properties?q={}", visit_of(&browser), community.id);
    let page = browser.get(&address).await;
    let rows = page.body.split("<tr>").filter(|row| row.contains(&format!(">{}</td>", community.id)));
    assert_eq!(rows.count(), 2);
}

#[tokio::test]
async fn a_formula_in_a_place_does_not_run_in_a_spreadsheet() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    let keys = systems.rex.key_sets().swap_remove(0);
    systems.rex.change_data(&keys.integrator_id, |data| {
        data.offices[0].name = "=HYPERLINK(\"https://evil.example\")".into();
    });
    systems.open(&mut browser).await;
    let fields = [
        ("api_key", keys.api_key.as_str()),
        ("secret_key", keys.secret_key.as_str()),
        ("integrator_id", keys.integrator_id.as_str()),
    ];
    let page = browser.submit("/connections/rex/connect", &fields).await;
    systems.sync_shown(&browser).await;
    let file = browser.get(&format!("{}/places.csv", page.address)).await;
    assert!(file.body.contains("'=HYPERLINK") && !file.body.contains(",=HYPERLINK"), "{}", file.body);
    assert!(file.header("content-disposition").contains("places.csv"));
}

#[tokio::test]
async fn items_are_listed_below_their_place() {
    let systems = Systems::start().await;
    let mut browser = systems.linked().await;
    systems.connect_octorate(&mut browser).await;
    let page = systems.open(&mut browser).await;
    let id = page.body.split("data-connection=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let address = format!("{}/connections/{id}", visit_of(&browser));
    assert!(browser.get(&address).await.shows("data-reading"), "the first read is due");
    systems.sync_shown(&browser).await;
    let page = browser.get(&address).await;
    assert!(page.shows("<details class=\"items\">") && page.shows("Room rate") && !page.shows("data-reading"));
}
