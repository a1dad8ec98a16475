//! Lists: rows, paging, and everything that can be wrong with them.

use serde_json::{Value, json};

use super::{
    super::{
        cursor::{Cursor, List, MAX_PAGES},
        list, readers, rows,
    },
    *,
};
use crate::server::{connectors::Batch, property_data::Place};

fn envelope(items: &Value) -> String {
    let envelope = json!({"HasNextPage": false, "HasPreviousPage": false, "PageIndex": 1, "PageSize": 100,
        "TotalCount": 1, "TotalPageCount": 1, "Items": items});
    envelope.to_string()
}

fn offices(items: &Value) -> Batch<Place> {
    readers::places(&ok(&envelope(items)), Format::Json, false).unwrap()
}

fn property(row: &Value) -> Place {
    readers::places(&ok(&envelope(&json!([row]))), Format::Json, true).unwrap().rows.remove(0)
}

/// Reads page `requested` of a list of properties.
fn page(requested: u64, body: &Value) -> Result<Batch<Place>, ConnectorError> {
    list::read(&ok(&body.to_string()), Format::Json, requested)?
        .batch(Cursor { list: List::Properties, page: requested }, rows::property)
}

#[test]
fn an_office_is_the_same_in_json_and_in_xml() {
    let json = json!([{"ID": 71001, "ExternalID": null, "ExternaID": null, "OfficeName": "RE/MAX <Sul>  ",
        "Address1": "Rua 1", "Address2": "Sala 2", "PostalCode": "40001-000", "Email": "a@b.example", "Phone": -999,
        "GeoData": {"CityID": 5, "ID": 9}, "Terminated": true}]);
    let xml = "<?xml version=\"1.0\"?><RexApiList xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\
        <HasNextPage>false</HasNextPage><TotalPageCount>1</TotalPageCount><Items><Office><ID>71001</ID>\
        <ExternalID i:nil=\"true\"/><OfficeName>RE/MAX &lt;Sul&gt;  </OfficeName><Address1>Rua 1</Address1>\
        <Address2><![CDATA[Sala 2]]></Address2><PostalCode>40001-000</PostalCode><Email>a@b.example</Email>\
        <Phone>-999</Phone><GeoData><CityID>5</CityID><ID>9</ID></GeoData><Terminated>true</Terminated>\
        </Office></Items></RexApiList>";
    let office = offices(&json).rows.remove(0);
    assert_eq!(readers::places(&ok(xml), Format::Xml, false).unwrap().rows, std::slice::from_ref(&office));
    assert_eq!((office.id.as_str(), office.name.as_str(), office.kind.as_str()), ("71001", "RE/MAX <Sul>", "office"));
    assert_eq!((office.status.as_str(), office.disabled, office.phone.as_str()), ("terminated", true, ""));
    assert_eq!((office.address.street.as_str(), office.address.postal_code.as_str()), ("Rua 1, Sala 2", "40001-000"));
}

#[test]
fn a_property_is_named_after_its_street_or_its_id_and_has_its_status_in_words() {
    for (code, word) in [
        (json!(160), "active"),
        (json!("161"), "cancelled"),
        (json!(162), "expired"),
        (json!(167), "rented"),
        (json!(168), "sale agreed"),
        (json!(169), "sold"),
        (json!(4812), "draft"),
        (json!(777), "777"),
        (json!(-999), ""),
        (json!(null), ""),
    ] {
        assert_eq!(property(&json!({"ID": "710031017-6", "ListingStatus": code})).status, word);
    }
    for (number, street, name) in [
        (json!("12"), json!(" Rua da Praia "), "12 Rua da Praia"),
        (json!(12), json!("Rua da Praia"), "12 Rua da Praia"),
        (json!(-999), json!("Rua da Praia"), "Rua da Praia"),
        (json!(null), json!(null), "710031017-6"),
        (json!([]), json!({"a": 1}), "710031017-6"),
    ] {
        let place = property(&json!({"ID": "710031017-6", "StreetNumber": number, "StreetName": street}));
        assert_eq!((place.name.as_str(), place.kind.as_str(), place.id.as_str()), (name, "property", "710031017-6"));
    }
}

#[test]
fn an_associate_has_only_an_id_and_a_name() {
    let row = json!({"ID": 7, "FirstName": "Ana ", "LastName": "Souza", "Email": "a@b.example", "Phone": "1"});
    let items = readers::items(&ok(&envelope(&json!([row, {"ID": 8}]))), Format::Json).unwrap().rows;
    let shown: Vec<_> = items.iter().map(|i| (i.id.as_str(), i.name.as_str(), i.kind.as_str())).collect();
    assert_eq!(shown, [("7", "Ana Souza", "associate"), ("8", "8", "associate")]);
}

#[test]
fn rows_without_a_usable_id_are_counted_and_left_out() {
    let rows = json!([{"ID": 1}, {"ID": null}, {}, {"ID": -999}, {"ID": "../x"}, {"ID": {"ID": 2}}, null, "text", 5,
        [], true, {"ID": "x".repeat(65)}, {"id": 3}]);
    let batch = offices(&rows);
    assert_eq!((batch.rows.len(), batch.malformed), (1, 12));
    assert_eq!(batch.rows[0].name, "1");
}

#[test]
fn texts_are_cut_and_hold_no_control_characters() {
    let rows = json!([{"ID": 1, "OfficeName": format!("a\u{202E}\u{0}b{}", "x".repeat(1_000))}]);
    let name = &offices(&rows).rows[0].name;
    assert!(name.starts_with("abxx") && name.chars().count() == 301);
}

#[test]
fn a_list_continues_if_it_has_a_next_page_and_its_total_allows_it() {
    let list = |next: Value, total: Value| {
        page(2, &json!({"HasNextPage": next, "TotalPageCount": total, "PageIndex": 2, "Items": [{"ID": 1}]}))
    };
    for (next, total, expected) in [
        (json!(true), json!(3), Some("properties:3")),
        (json!(true), json!(2), None),
        (json!(true), json!(null), Some("properties:3")),
        (json!("true"), json!("3"), Some("properties:3")),
        (json!(false), json!(3), None),
        (json!(false), json!(null), None),
        (json!(null), json!(3), Some("properties:3")),
        (json!(null), json!(2), None),
        (json!(null), json!(0), None),
    ] {
        assert_eq!(list(next.clone(), total.clone()).unwrap().next.as_deref(), expected, "{next} {total}");
    }
    assert_eq!(list(json!(true), json!(3)).unwrap().page, Some((2, 3)));
    assert_eq!(list(json!(false), json!(1)).unwrap().page, None);
    assert!(is_not_understood(&list(json!(null), json!(null))));
}

#[test]
fn a_list_that_never_ends_is_left() {
    let endless = |index: Value, items: Value| json!({"HasNextPage": true, "PageIndex": index, "Items": items});
    // The same page again and again, as a system that ignores `page` would answer.
    assert!(page(1, &endless(json!(1), json!([{"ID": 1}]))).unwrap().next.is_some());
    assert!(is_not_understood(&page(3, &endless(json!(1), json!([{"ID": 1}])))));
    assert!(is_not_understood(&page(3, &endless(json!(4), json!([{"ID": 1}])))));
    assert_eq!(page(3, &endless(json!(3), json!([]))).unwrap().next, None);
    assert!(is_not_understood(&page(MAX_PAGES, &endless(json!(null), json!([{"ID": 1}])))));
    assert!(is_not_understood(&page(1, &endless(json!(u64::MAX), json!([])))));
}

#[test]
fn a_list_has_at_most_1000_rows_in_a_page() {
    let rows = |count: u64| Value::from((0..count).map(|id| json!({"ID": id})).collect::<Vec<_>>());
    assert_eq!(offices(&rows(1_000)).rows.len(), 1_000);
    assert!(is_not_understood(&readers::places(&ok(&envelope(&rows(1_001))), Format::Json, false)));
    let xml = |count| {
        format!(
            "<RexApiList><HasNextPage>0</HasNextPage><Items>{}</Items></RexApiList>",
            "<Office><ID>1</ID></Office>".repeat(count)
        )
    };
    assert_eq!(readers::places(&ok(&xml(1_000)), Format::Xml, false).unwrap().rows.len(), 1_000);
    assert!(is_not_understood(&readers::places(&ok(&xml(1_001)), Format::Xml, false)));
}

#[test]
fn other_answers_are_not_lists() {
    let deep = "[".repeat(100_000);
    let deep_row = format!("{{\"HasNextPage\":false,\"Items\":[{{\"Features\":{deep}");
    let deep_xml = format!("<RexApiList><Items><Office><Features>{}", "<a>".repeat(100_000));
    let dtd = "<!DOCTYPE RexApiList SYSTEM \"file:///etc/passwd\"><RexApiList><Items/></RexApiList>";
    for body in [
        "",
        "[]",
        "null",
        "{}",
        "{\"Items\":null,\"HasNextPage\":false}",
        "{\"Items\":{},\"HasNextPage\":false}",
        "{\"Items\":[],\"HasNextPage\":{}}",
        "<html><body/></html>",
        "<RexApiList/>",
        "<RexApiList><Items/>",
        "<RexApiList><Items/></RexApiList>",
        dtd,
        &deep,
        &deep_row,
        &deep_xml,
    ] {
        for format in [Format::Json, Format::Xml] {
            assert!(is_not_understood(&readers::places(&ok(body), format, false)), "{body:.60}");
        }
    }
}

#[test]
fn a_refused_token_is_rejected_and_other_statuses_say_nothing_about_it() {
    let json = r#"{"Message":"Authorization has been denied for this request."}"#;
    for (status, expected) in [
        (401, ConnectorError::TokenRejected),
        (403, ConnectorError::TokenRejected),
        (400, ConnectorError::Refused(Some(400))),
        (404, ConnectorError::Refused(Some(404))),
        (429, ConnectorError::Limited(None)),
        (500, ConnectorError::Down("500".into())),
        (503, ConnectorError::Overloaded),
    ] {
        assert_eq!(readers::items(&answer(status, json), Format::Json).unwrap_err(), expected);
    }
}

#[test]
fn a_cursor_names_a_list_and_a_page() {
    let places = [List::Offices, List::Properties];
    assert_eq!(Cursor::read(None, &places), Ok(Cursor::first(List::Offices)));
    for text in ["offices:1", "properties:20000", "offices:17"] {
        assert_eq!(Cursor::read(Some(text), &places).unwrap().to_string(), text);
    }
    for text in ["", "offices", "offices:0", "offices:x", "associates:1", "offices:20001", "offices:-1", "offices:1:2"]
    {
        assert!(is_not_understood(&Cursor::read(Some(text), &places)), "{text}");
    }
}
