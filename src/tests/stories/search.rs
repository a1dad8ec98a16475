//! Searching and sorting as people type: without accents, with telephone numbers in any form, in any script.

use axum::http::StatusCode;
use latchkey_sandbox::entrata::{Fault, Property, Target, Times};

use crate::tests::{
    app::TestApp,
    browser::{Browser, Page},
};

/// The property of Acme whose residents are looked for: among them some with unusual names.
const OAK_COURT: u64 = 162_925;

fn encoded(query: &str) -> String {
    form_urlencoded::byte_serialize(query.as_bytes()).collect()
}

impl Page {
    /// Names of the rows of its list, in their order.
    fn names(&self) -> Vec<&str> {
        let rows = self.body.split("<th scope=\"row\">").skip(1);
        rows.map(|row| row.split("</a>").next().unwrap().rsplit('>').next().unwrap()).collect()
    }
}

async fn dana(app: &TestApp) -> (Browser, String) {
    let browser = app.linked("dana@acme.example", "acme", "48213").await;
    let home = browser.page.address.clone();
    (browser, home)
}

#[tokio::test]
async fn residents_are_found_without_accents_in_any_order_of_their_names_and_in_any_script() {
    let app = TestApp::start().await;
    app.world.set_residents("acme", OAK_COURT, 60);
    let (mut browser, home) = dana(&app).await;
    let property = format!("{home}/as/{}/properties/{OAK_COURT}", app.identity("acme").await);
    for (query, name) in [
        ("zoe lukasiewicz", "Zoë Łukasiewicz-Fjällström"),
        ("Fjällström", "Zoë Łukasiewicz-Fjällström"),
        ("Fja\u{308}llstro\u{308}m, zoe", "Zoë Łukasiewicz-Fjällström"),
        ("siobhan o’hanrahan", "Siobhán O'Hanrahan-D'Arcy"),
        ("O'HANRAHAN, SIOBHAN", "Siobhán O'Hanrahan-D'Arcy"),
        ("انصاري", "محمد الأنصاري"),
        ("佐藤", "愛子 佐藤"),
    ] {
        let found = browser.get(&format!("{property}?q={}", encoded(query))).await;
        assert_eq!(found.names(), [name], "{query}");
    }
}

#[tokio::test]
async fn residents_are_found_by_the_digits_of_their_telephone_number_also_where_it_came_in_a_list() {
    for error in [None, Some(Fault::PhonesInList)] {
        let app = TestApp::start().await;
        app.world.set_residents("acme", OAK_COURT, 60);
        error.into_iter().for_each(|error| app.world.set_fault(Target::Services, error, Times::UntilCleared));
        let (mut browser, home) = dana(&app).await;
        let property = format!("{home}/as/{}/properties/{OAK_COURT}", app.identity("acme").await);
        let page = browser.get(&property).await;
        let phone = page.body.split("<span>(").nth(1).unwrap().split("</span>").next().unwrap();
        let number = phone.split(',').next().unwrap();
        assert_eq!(error.is_some(), phone.ends_with(", 555-0199"), "{phone}");
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let (area, rest) = digits.split_at(3);
        let (exchange, line) = rest.split_at(3);
        for query in [
            digits.clone(),
            format!("({area}) {exchange}-{line}"),
            format!("{area}.{exchange}.{line}"),
            format!("{area}-{exchange}-{line}"),
        ] {
            let found = browser.get(&format!("{property}?q={}", encoded(&query))).await;
            assert_eq!(found.names().len(), 1, "{query}: {}", found.body);
            assert!(found.shows(number), "{query}");
        }
    }
}

#[tokio::test]
async fn properties_are_found_and_sorted_without_regard_to_accents_on_the_list_and_on_home() {
    let app = TestApp::start().await;
    let names = ["Munroe House", "Muñoz Court", "Mulligan Flats", "Mun\u{303}oz Arms", "Ńorth Gate", "Zebra Park"];
    let properties = (1..).zip(names).map(|(id, name)| Property::new(id, name, "1 Oak St")).collect();
    app.world.set_properties("acme", 48_213, properties);
    let (mut browser, home) = dana(&app).await;
    let list = browser.get(&format!("{home}/properties")).await;
    let sorted = ["Mulligan Flats", "Mun\u{303}oz Arms", "Muñoz Court", "Munroe House", "Ńorth Gate", "Zebra Park"];
    assert_eq!(list.names(), sorted);
    for query in ["munoz", "MUÑOZ", "mun\u{303}oz"] {
        let list = browser.get(&format!("{home}/properties?q={}", encoded(query))).await;
        assert_eq!(list.names(), ["Mun\u{303}oz Arms", "Muñoz Court"], "{query}");
        let home = browser.get(&format!("{home}?q={}", encoded(query))).await;
        assert_eq!(home.status, StatusCode::OK);
        assert!(home.shows("2 of 6 properties"), "{query}: {}", home.body);
        assert!(home.shows("data-filter=\"munoz court 1 oak st 2\""), "the browser narrows by folded text");
    }
}
