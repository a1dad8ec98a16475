//! Lists: records in every form, and where a list continues.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const LOCATIONS: &str = "https://app.syncaroo.com/api/v1/locations";

/// The page with this number of three, with one location.
fn page_of_three(current: u64) -> Value {
    let link = |page: u64| format!("{LOCATIONS}?page={page}");
    json!({
        "data": [{"ID": current, "Name": "Demo"}],
        "pages": {
            "count": 3, "current": current, "first": link(1), "next": link(3.min(current + 1)),
            "prev": link(1.max(current - 1)), "last": link(3),
        },
    })
}

#[test]
fn the_sample_of_a_page_is_one_page_with_one_record_that_has_no_id() {
    let body = json!({
        "data": [{"xxx": "xxx"}],
        "pages": {
            "count": 1, "current": 1, "first": "https://...", "next": "https://...", "prev": "https://...",
            "last": "https://...",
        },
    });
    let batch = read_page(LOCATIONS, 1, &body).unwrap();
    assert_eq!((batch.rows.len(), batch.malformed, batch.next, batch.page), (0, 1, None, Some((1, 1))));
}

#[test]
fn the_printed_sample_with_comments_is_not_understood() {
    let url = Url::parse(LOCATIONS).unwrap();
    let printed =
        "{\n \"data\": [\n {\n \"xxx\":\"xxx\" // See docs on API endpoints for detailed data schemas.\n }\n ]\n}";
    for body in [printed, "", "<html></html>", "[]", "null", "{}", r#"{"data": 5}"#, r#"{"data": "x"}"#] {
        let result = page::read(&base(), &url, 1, &answer(200, body));
        assert!(matches!(result, Err(ConnectorError::NotUnderstood(_))), "{body}");
    }
}

#[test]
fn a_list_continues_at_next_until_the_current_page_is_the_last() {
    let first = read_page(LOCATIONS, 1, &page_of_three(1)).unwrap();
    assert_eq!(first.next.as_deref(), Some("2 /api/v1/locations?page=2"));
    assert_eq!(first.page, Some((1, 3)));
    let last = read_page(&format!("{LOCATIONS}?page=3"), 3, &page_of_three(3)).unwrap();
    assert_eq!((last.next, last.page, last.malformed), (None, Some((3, 3)), 0));
}

#[test]
fn a_page_that_names_itself_or_an_earlier_one_ends_the_list_and_counts_as_incomplete() {
    for next in [
        format!("{LOCATIONS}?page=2"),
        format!("{LOCATIONS}?page=1"),
        format!("{LOCATIONS}?page=2#again"),
        format!("{LOCATIONS}?size=9&page=2"),
        "HTTPS://APP.syncaroo.com:443/api/v1/locations?page=2".into(),
    ] {
        let mut body = page_of_three(2);
        body["pages"]["next"] = json!(next);
        let batch = read_page(&format!("{LOCATIONS}?page=2"), 2, &body).unwrap();
        assert_eq!((batch.rows.len(), batch.next, batch.malformed), (1, None, 1), "{next}");
    }
    // The first page is read without a number, and names itself with one.
    let mut body = page_of_three(1);
    body["pages"]["next"] = json!(format!("{LOCATIONS}?page=1"));
    assert_eq!(read_page(LOCATIONS, 1, &body).unwrap().next, None);
}

#[test]
fn a_next_page_on_another_host_is_not_understood() {
    for next in [
        "https://evil.example/api/v1/locations?page=2",
        "http://app.syncaroo.com/api/v1/locations?page=2",
        "https://app.syncaroo.com:8443/api/v1/locations?page=2",
        "https://user@app.syncaroo.com/api/v1/locations?page=2",
        "https://app.syncaroo.com./api/v1/locations?page=2",
        "https://evil.example\\@app.syncaroo.com/",
        "https://xn--pp-eka.syncaroo.com/",
        "//evil.example/",
        "/api/v1/locations?page=2",
    ] {
        let mut body = page_of_three(1);
        body["pages"]["next"] = json!(next);
        let error = read_page(LOCATIONS, 1, &body).unwrap_err();
        assert_eq!(error, ConnectorError::NotUnderstood("the next page is not on the configured host"), "{next}");
    }
    for next in [json!(2), json!(["a"]), json!({}), json!(true)] {
        let mut body = page_of_three(1);
        body["pages"]["next"] = next.clone();
        assert!(read_page(LOCATIONS, 1, &body).is_err(), "{next}");
    }
}

#[test]
fn a_list_ends_after_count_pages_whatever_the_pages_say_of_their_number() {
    for current in [json!(null), json!("x"), json!(1), json!(-3), json!(1.5)] {
        let mut body = page_of_three(2);
        body["pages"]["current"] = current.clone();
        body["pages"]["next"] = json!(format!("{LOCATIONS}?after=unknown"));
        assert!(read_page(&format!("{LOCATIONS}?after=x"), 2, &body).unwrap().next.is_some(), "{current}");
        assert_eq!(read_page(&format!("{LOCATIONS}?after=x"), 3, &body).unwrap().next, None, "{current}");
    }
}

#[test]
fn a_list_of_unknown_length_ends_with_an_empty_page_or_without_a_next_one() {
    let next = format!("{LOCATIONS}?after=b");
    let page = |data: Value, next: Value| json!({"data": data, "pages": {"next": next}});
    let url = format!("{LOCATIONS}?after=a");
    let row = json!([{"ID": "1"}]);
    assert!(read_page(&url, 2, &page(row.clone(), json!(next))).unwrap().next.is_some());
    for (data, next) in [(json!([]), json!(next)), (row.clone(), json!(null)), (row.clone(), json!(""))] {
        let batch = read_page(&url, 2, &page(data, next)).unwrap();
        assert_eq!((batch.next, batch.malformed), (None, 0));
    }
    let batch = read_page(&url, 1, &json!({"data": row})).unwrap();
    assert_eq!((batch.rows.len(), batch.next, batch.page), (1, None, None));
    let endless = read_page(&url, 20_000, &page(json!([{"ID": "1"}]), json!(format!("{LOCATIONS}?after=c"))));
    assert_eq!(endless.unwrap_err(), ConnectorError::NotUnderstood("the list has too many pages"));
}

#[test]
fn a_location_becomes_a_place() {
    let body = json!({"data": [{
        "ID": "1198", "Name": " Demo\u{202E} Workspace - London\n", "Description": "d", "TimeZone": "Europe/London",
        "syncOpenStatus": "open", "address": ["1 High Street", "", "London", null, "W1A 1AA", ["x"]],
        "hoursOfOperation": [],
    }]});
    let expected = Place {
        id: "1198".into(),
        name: "Demo Workspace - London".into(),
        kind: "workspace".into(),
        status: "open".into(),
        address: crate::server::property_data::Address {
            street: "1 High Street, London, W1A 1AA".into(),
            ..Default::default()
        },
        ..Place::default()
    };
    assert_eq!(read_page(LOCATIONS, 1, &body).unwrap().rows, [expected]);
}

#[test]
fn an_id_is_in_either_case_a_number_a_key_a_link_or_the_address_that_was_read() {
    let link = "https://app.syncaroo.com/api/v1/locations/7";
    for (data, url) in [
        (json!([{"ID": "7"}]), LOCATIONS),
        (json!([{"ID": 7, "id": 8}]), LOCATIONS),
        (json!([{"id": "7"}]), LOCATIONS),
        (json!([{"ID": null, "id": 7}]), LOCATIONS),
        (json!([{"apiUrl": link}]), LOCATIONS),
        (json!([{"apiUrl": 5, "href": link}]), LOCATIONS),
        (json!({"7": {"Description": "d"}}), LOCATIONS),
        (json!([{"Name": "n"}]), link),
        (json!({"Name": "n"}), link),
    ] {
        let batch = read_page(url, 1, &json!({"data": data.clone()})).unwrap();
        assert_eq!(batch.rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["7"], "{data}");
    }
}

#[test]
fn rows_without_a_usable_id_or_form_are_counted_and_the_others_read() {
    let long = "x".repeat(65);
    let data = json!([
        null, 5, "text", [], {}, {"ID": ""}, {"ID": {"a": 1}}, {"ID": "a/b"}, {"ID": ".."}, {"ID": long},
        {"ID": 1.5}, {"ID": -1, "Name": ["x"], "address": 5, "syncOpenStatus": {"a": 1}}, {"ID": "ok", "Name": 5},
    ]);
    let batch = read_page(LOCATIONS, 1, &json!({"data": data})).unwrap();
    let rows: Vec<_> = batch.rows.iter().map(|row| (row.id.as_str(), row.name.as_str())).collect();
    assert_eq!((rows.as_slice(), batch.malformed), ([("-1", "-1"), ("ok", "5")].as_slice(), 11));
    let long_name = read_page(LOCATIONS, 1, &json!({"data": [{"ID": "1", "Name": "x".repeat(70_000)}]})).unwrap();
    assert!(long_name.rows[0].name.chars().count() <= 301);
}

#[test]
fn a_resource_has_any_type_and_a_name_or_its_description() {
    let url = Url::parse(&format!("{LOCATIONS}/1198/resources")).unwrap();
    let body = json!({"data": [
        {"ID": "7843", "name": "Room", "status": "active", "type": "meeting-room"},
        {"ID": "7842", "description": "For two", "type": "fixed-desk"},
        {"ID": "7841", "type": "a type from tomorrow"},
    ]});
    let page = page::read(&base(), &url, 1, &answer(200, body.to_string())).unwrap();
    let rows = page.batch(|record| records::item(record, &url)).rows;
    let texts: Vec<_> =
        rows.iter().map(|row| [&row.id, &row.name, &row.kind, &row.status].map(String::as_str)).collect();
    let expected = [
        ["7843", "Room", "meeting-room", "active"],
        ["7842", "For two", "fixed-desk", ""],
        ["7841", "7841", "a type from tomorrow", ""],
    ];
    assert_eq!(texts, expected);
}

#[test]
fn the_path_of_an_api_url_says_what_was_read() {
    let read = |path: &str, data: Value| {
        let url = Url::parse(&format!("{API}{path}")).unwrap();
        update::read(&base(), &url, &answer(200, json!({"data": data}).to_string()))
    };
    let Ok(Announced::Places(batch)) = read("/v1/locations/7", json!([{"Name": "n"}])) else { panic!() };
    assert_eq!(batch.rows[0].id, "7");
    assert!(matches!(read("/v1/locations/", json!([])), Ok(Announced::Places(_))));
    let Ok(Announced::Items { place, batch }) = read("/v1/locations/7/resources/71", json!({"type": "office"})) else {
        panic!()
    };
    assert_eq!((place.as_str(), batch.rows[0].id.as_str(), batch.rows[0].kind.as_str()), ("7", "71", "office"));
    for path in ["/v1/locations/7/resources/71/rates", "/v1/unknown", "/", "", "/v1", "/v1/locations/a.b/resources"] {
        assert!(matches!(read(path, json!("any form")), Ok(Announced::Other)), "{path}");
    }
    assert!(read("/v1/locations/7", json!(5)).is_err());
}

fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        Just(format!("{LOCATIONS}?page=2")),
        Just("https://evil.example/".to_owned()),
        Just("7".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from)
    ];
    let name = prop::sample::select(vec!["ID", "id", "Name", "address", "apiUrl", "type", "pages", "data", "x"]);
    leaf.prop_recursive(3, 24, 4, move |inner| {
        let name = name.clone().prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name, inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_an_answer_holds_rows_have_ids_and_the_next_page_is_on_the_host(
        data in any_json(), next in any_json(), count in any_json(), current in any_json(), read in 1..30_000_u64,
    ) {
        let body = json!({"data": data, "pages": {"count": count, "current": current, "next": next, "first": 5}});
        if let Ok(batch) = read_page(LOCATIONS, read, &body) {
            prop_assert!(batch.rows.iter().all(|row| crate::server::property_data::is_id(&row.id)));
            prop_assert!(batch.rows.iter().all(|row| !row.name.is_empty()));
            if let Some(cursor) = batch.next {
                let (number, url) = cursor::resume(&base(), Some(&cursor), base).unwrap();
                prop_assert_eq!(number, read + 1);
                prop_assert_eq!(url.origin(), base().origin());
                prop_assert!(cursor.len() <= 2048 && url.as_str() != LOCATIONS);
            }
        }
    }
}
