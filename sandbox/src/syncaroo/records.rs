//! Generated locations, resources and rates. The same number always gives the same record, so none is stored.

use serde_json::{Value, json};

use super::{IdField, Options};
use crate::generator::Generator;

/// The id of the first location. The others follow.
const FIRST_ID: u64 = 10_001;
/// Resources of one location, at most.
const MAX_RESOURCES: u64 = 6;
/// Both lists of types on Syncaroo's pages.
const TYPES: [&str; 6] = ["meeting-room", "office", "hot-desk", "dedicated-desk", "floor", "fixed-desk"];
const CITIES: [(&str, &str, &str); 5] = [
    ("London", "W1A 1AA", "Europe/London"),
    ("New York", "10001", "America/New_York"),
    ("Berlin", "10115", "Europe/Berlin"),
    ("São Paulo", "01310-100", "America/Sao_Paulo"),
    ("Zürich", "8001", "Europe/Zurich"),
];
const STREETS: [&str; 5] = ["High Street", "Market Square", "Station Road", "Mill Lane", "Harbour Quay"];

/// Returns the number of the location with this id, counted from 0.
pub(crate) fn location_number(options: &Options, id: &str) -> Option<u64> {
    let number = id.parse::<u64>().ok()?.checked_sub(FIRST_ID)?;
    (number < options.locations && (number + FIRST_ID).to_string() == id).then_some(number)
}

fn generator(number: u64) -> Generator {
    Generator::new("syncaroo", number)
}

/// Returns a location. `name` replaces its generated name.
pub(crate) fn location(options: &Options, number: u64, name: Option<String>) -> Value {
    let mut random = generator(number);
    let (city, postal_code, zone) = random.choose(&CITIES);
    let street = format!("{} {}", 1 + random.below(200), random.choose(&STREETS));
    let id = (number + FIRST_ID).to_string();
    let record = json!({
        "Name": name.unwrap_or_else(|| format!("Demo Workspace {} - {city}", number + 1)),
        "Description": format!("Desks and rooms in {city}."),
        "TimeZone": zone,
        "syncOpenStatus": if random.one_in(10) { "closed" } else { "open" },
        "address": [street, city, postal_code],
        "hoursOfOperation": [{ "day": "monday", "open": "09:00", "close": "18:00" }],
    });
    identified(options, record, &id, &format!("v1/locations/{id}"))
}

/// The first location has a resource of each type, the second one none.
pub(crate) fn resource_count(location: u64) -> u64 {
    match location {
        0 => MAX_RESOURCES,
        1 => 0,
        _ => generator(location).below(MAX_RESOURCES),
    }
}

/// Returns the number of a location's resource, counted from 0.
pub(crate) fn resource_number(location: u64, id: &str) -> Option<u64> {
    (0..resource_count(location)).find(|number| resource_id(location, *number) == id)
}

fn resource_id(location: u64, number: u64) -> String {
    ((location + FIRST_ID) * 10 + number).to_string()
}

pub(crate) fn resource(options: &Options, location: u64, number: u64) -> Value {
    let types_count = TYPES.len() as u64;
    let kind = TYPES[usize::try_from(number % types_count).unwrap_or(0)];
    let mut random = Generator::new(kind, location);
    let capacity = 1 + random.below(20);
    let id = resource_id(location, number);
    let record = json!({
        "name": format!("Demo {} {}", kind.replace('-', " "), number + 1),
        "description": format!("For {capacity} people."),
        "type": kind,
        "units": 1,
        "capacity": capacity,
        "size": 50 + random.below(500),
        "bookable": !random.one_in(4),
        "availableFrom": "2026-01-01T00:00:00",
    });
    identified(options, record, &id, &format!("v1/locations/{}/resources/{id}", location + FIRST_ID))
}

/// Returns the two rates of a resource, by the hour and by the day.
pub(crate) fn rates(options: &Options, location: u64, number: u64) -> Vec<Value> {
    let resource = resource_id(location, number);
    let mut random = Generator::new("rate", location * 10 + number);
    let hourly = 10 + random.below(50);
    let rate = |index: u64, unit: &str, price: u64| {
        let id = format!("{resource}{index}");
        let record = json!({ "name": format!("By the {unit}"), "unit": unit, "price": price, "currency": "GBP" });
        let path = format!("v1/locations/{}/resources/{resource}/rates/{id}", location + FIRST_ID);
        identified(options, record, &id, &path)
    };
    vec![rate(0, "hour", hourly), rate(1, "day", hourly * 6)]
}

/// Adds the id in the field that the options name.
fn identified(options: &Options, mut record: Value, id: &str, path: &str) -> Value {
    match options.id_field {
        IdField::Upper => record["ID"] = json!(id),
        IdField::Lower => record["id"] = json!(id),
        IdField::Link => record["apiUrl"] = json!(format!("{}/{path}", options.base_url)),
    }
    record
}
