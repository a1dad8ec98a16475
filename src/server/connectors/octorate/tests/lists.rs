//! Accommodations, room rates and users as answers have them.

use serde_json::{Value, json};

use super::answer;
use crate::server::{
    connectors::{
        ConnectorError, Position,
        octorate::{read_items, read_places, read_subject},
    },
    property_data::{Address, Place, PlaceItem},
};

fn at(cursor: &str) -> Position<'_> {
    Position { cursor: Some(cursor), changed_since: None }
}

fn places(body: &Value) -> Vec<Place> {
    read_places(&answer(200, &body.to_string()), Position::default()).unwrap().rows
}

#[test]
fn an_accommodation_is_read_in_both_shapes() {
    let nested = json!([{
        "id": "4711", "name": "Casa Verdi", "currency": "EUR", "timeZone": "Europe/Rome",
        "contact": {"email": "a@b.example", "familyName": "F", "givenName": "G", "mobileNumber": "555 0100",
            "mobilePrefix": "+39"},
        "location": {"city": "Lecce", "country": "IT", "districtName": "Centro", "latitude": 0.0, "longitude": 0.0,
            "zipCode": "73100", "zoom": 15},
        "networkActive": false, "networkInfo": {"accessEnabled": true}, "propertyCategory": "APARTMENT",
    }]);
    let expected = Place {
        id: "4711".into(),
        name: "Casa Verdi".into(),
        address: Address { city: "Lecce".into(), postal_code: "73100".into(), ..Address::default() },
        phone: "+39 555 0100".into(),
        email: "a@b.example".into(),
        kind: "APARTMENT".into(),
        ..Place::default()
    };
    assert_eq!(places(&nested), [expected]);

    let flat = json!([{
        "id": 4711, "name": "Casa Verdi", "currency": "EUR",
        "timeZone": {"id": "Europe/Rome", "displayName": "CET", "rawOffset": 3_600_000, "dstsavings": 3_600_000},
        "timeZoneOffset": "+01:00", "phoneNumber": "+39 555 0100", "address": "Via Roma 1", "latitude": 0,
        "longitude": 0, "zipCode": 73100, "city": "Lecce", "checkinStart": "14:00",
    }]);
    let expected = Place {
        id: "4711".into(),
        name: "Casa Verdi".into(),
        address: Address {
            street: "Via Roma 1".into(),
            city: "Lecce".into(),
            postal_code: "73100".into(),
            ..Address::default()
        },
        phone: "+39 555 0100".into(),
        ..Place::default()
    };
    assert_eq!(places(&flat), [expected]);
    assert_eq!(places(&json!({"data": [{"id": "1"}], "page": {"page": 1, "totalPages": 1}}))[0].name, "1");
}

#[test]
fn a_row_without_a_usable_id_is_counted_and_the_others_are_read() {
    let rows = json!([
        {"id": "good", "name": "A\u{202E}\u{0}  b"}, {"name": "no id"}, {"id": null}, {"id": ""}, {"id": "a/../b"},
        {"id": 1.5}, {"id": -7}, {"id": ["x"]}, null, 7, "text", [], {"id": "x".repeat(65)},
        {"id": 7, "name": {"a": 1}, "location": [], "contact": "x", "address": {"street": 1}},
    ]);
    let batch = read_places(&answer(200, &rows.to_string()), Position::default()).unwrap();
    let names: Vec<_> = batch.rows.iter().map(|place| (place.id.as_str(), place.name.as_str())).collect();
    assert_eq!((names, batch.malformed), (vec![("good", "A b"), ("7", "7")], 12));
}

#[test]
fn an_answer_that_is_no_list_is_refused() {
    let deep = "[".repeat(10_000);
    for body in ["", "{}", "null", "<html>", "[", r#"{"data":{}}"#, "7", r#"[{"name":"no id"}]"#, &deep] {
        let error = read_places(&answer(200, body), Position::default()).unwrap_err();
        assert!(matches!(error, ConnectorError::NotUnderstood(_)), "{error}: {body}");
    }
}

#[test]
fn a_list_ends_with_an_empty_page_and_a_repeated_page_is_not_read_twice() {
    let page = |body: &Value, position| {
        let batch = read_places(&answer(200, &body.to_string()), position).unwrap();
        (batch.rows.len(), batch.next)
    };
    let rows = json!([{"id": "a"}, {"id": "b"}, {"id": "c"}]);
    assert_eq!(page(&rows, Position::default()), (3, Some("1 a c".into())));
    assert_eq!(page(&json!([]), at("1 a c")), (0, None));
    assert_eq!(page(&json!([{"id": "d"}]), at("1 a c")), (1, Some("2 d d".into())));
    // Counted from 1: page 1 is what page 0 was, and page 2 follows.
    assert_eq!(page(&rows, at("1 a c")), (0, Some("2 a c".into())));
    // The parameter is ignored: page 2 is the same again.
    assert_eq!(page(&rows, at("2 a c")), (0, None));
    assert_eq!(page(&rows, at("7 a c")), (0, None));
    // A position that we did not write is the beginning.
    for cursor in ["", "x", "1", "1 a", "1 a c d", "-1 a c", "1 a/ c", "99999999999999999999 a c"] {
        assert_eq!(page(&rows, at(cursor)).1.as_deref(), Some("1 a c"), "{cursor}");
    }
    let error = read_places(&answer(200, &rows.to_string()), at("19999 x y")).unwrap_err();
    assert_eq!(error, ConnectorError::NotUnderstood("the list does not end"));
}

#[test]
fn room_rates_have_numbers_as_ids_and_a_short_page_is_the_last() {
    let row = |id: u64| json!({"id": id, "name": format!("Double {id}"), "quantity": 2, "adults": 2});
    let full: Vec<Value> = (0..20).map(row).collect();
    let batch = read_items(&answer(200, &json!(full).to_string()), Position::default()).unwrap();
    assert_eq!((batch.rows.len(), batch.next.as_deref()), (20, Some("1 0 19")));
    let expected =
        PlaceItem { id: "0".into(), name: "Double 0".into(), kind: "room-rate".into(), status: String::new() };
    assert_eq!(batch.rows[0], expected);
    let batch = read_items(&answer(200, &json!([row(20), row(u64::MAX)]).to_string()), at("1 0 19")).unwrap();
    assert_eq!((batch.rows[1].id.as_str(), batch.next), ("18446744073709551615", None));
}

#[test]
fn the_user_of_a_grant_has_a_name() {
    let name = |body: &str| read_subject(&answer(200, body)).map(|subject| (subject.id, subject.name));
    let of = |id: &str, name: &str| Ok((id.to_owned(), name.to_owned()));
    assert_eq!(name(r#"{"name":"Anna\u202e","email":"a@b.example","username":"anna"}"#), of("anna", "Anna"));
    assert_eq!(name(r#"{"name":null,"email":"a@b.example"}"#), of("a@b.example", "a@b.example"));
    for body in ["{}", "[]", "null", "", "<html>", r#"{"name":""}"#, r#"{"username":["x"]}"#] {
        assert!(matches!(name(body), Err(ConnectorError::NotUnderstood(_))), "{body}");
    }
}
