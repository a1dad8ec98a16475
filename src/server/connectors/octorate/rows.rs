//! What is read of accommodations, room rates and users. An accommodation has one of two shapes: the address in the row
//! itself, or in `location` and `contact`. Coordinates, time zone and currency are not read: a place has none.

use serde_json::{Map, Value};

use super::{list::List, oauth};
use crate::server::{
    connectors::{ConnectorError, Subject},
    outbound::Answer,
    property_data::{Address, Place, PlaceItem, is_id},
};

/// Rows to request per page of room rates. The real service accepts 20 and refuses 100.
const ROOM_RATES_PER_PAGE: usize = 20;

/// The accommodations that the token gives access to. The list takes no page size.
pub(super) const ACCOMMODATIONS: List<'static, Place> =
    List { operation: "places", path: &["v1", "accommodation"], size: None, row: place, id: |place| &place.id };

/// The room rates of an accommodation.
pub(super) fn room_rates<'a>(path: &'a [&'a str]) -> List<'a, PlaceItem> {
    List { operation: "items", path, size: Some(ROOM_RATES_PER_PAGE), row: room_rate, id: |item| &item.id }
}

/// Reads the answer to `user/info`.
pub(super) fn subject(answer: &Answer) -> Result<Subject, ConnectorError> {
    let user: Map<String, Value> = oauth::json(answer)?;
    let user = Value::Object(user);
    let id = first([text(&user, "/username"), text(&user, "/email")]);
    let name = first([text(&user, "/name"), id.clone()]);
    if name.is_empty() {
        return Err(ConnectorError::NotUnderstood("the answer names no user"));
    }
    Ok(Subject { id, name })
}

fn place(row: &Value) -> Option<Place> {
    let id = id(row)?;
    let either = |flat: &str, nested: &str| first([text(row, flat), text(row, nested)]);
    let mobile = [text(row, "/contact/mobilePrefix"), text(row, "/contact/mobileNumber")];
    Some(Place {
        name: first([text(row, "/name"), id.clone()]),
        address: Address {
            street: either("/address", "/location/address"),
            city: either("/city", "/location/city"),
            state: String::new(),
            postal_code: either("/zipCode", "/location/zipCode"),
        },
        phone: first([text(row, "/phoneNumber"), oauth::cleaned(&mobile.join(" "))]),
        email: text(row, "/contact/email"),
        website: String::new(),
        kind: text(row, "/propertyCategory"),
        status: String::new(),
        disabled: false,
        id,
    })
}

fn room_rate(row: &Value) -> Option<PlaceItem> {
    let id = id(row)?;
    let name = first([text(row, "/name"), id.clone()]);
    Some(PlaceItem { id, name, kind: "room-rate".to_owned(), status: String::new() })
}

/// An id is a text in accommodations and a number in room rates.
fn id(row: &Value) -> Option<String> {
    let id = match row.get("id")? {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_u64() => number.to_string(),
        _ => return None,
    };
    is_id(&id).then_some(id)
}

/// Returns a text or number as text; empty if there is neither.
fn text(row: &Value, pointer: &str) -> String {
    match row.pointer(pointer) {
        Some(Value::String(text)) => oauth::cleaned(text),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Returns the first text that is not empty.
fn first(texts: [String; 2]) -> String {
    let [one, two] = texts;
    if one.is_empty() { two } else { one }
}
