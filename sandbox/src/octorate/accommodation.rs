//! Accommodations and their room rates, generated from their ids: any number of them costs no memory.

use serde_json::{Value, json};

use super::modes::PlaceForm;
use super::user::User;
use crate::generator::Generator;

/// Rows on a page of accommodations and the most rows on a page of room rates. The real service accepts a page of 20
/// and refuses one of 100; its exact limit is unknown.
pub const PAGE_SIZE: u64 = 20;

const KINDS: [&str; 5] = ["HOTEL", "APARTMENT", "HOUSE", "BED_AND_BREAKFAST", "OTHER"];
const FIRST: [&str; 6] = ["Villa", "Hotel", "Casa", "Residenza", "Palazzo", "Locanda"];
const SECOND: [&str; 8] =
    ["Aurora", "Belvedere", "dei Fiori", "Garibaldi", "La Rocca", "Miramare", "San Marco", "Verdi"];
const CITIES: [(&str, &str, f64, f64); 4] = [
    ("Roma", "00184", 41.8925, 12.4853),
    ("Firenze", "50122", 43.7696, 11.2558),
    ("Bologna", "40121", 44.4949, 11.3426),
    ("Lecce", "73100", 40.3515, 18.1750),
];

/// What is generated for an id.
struct Accommodation {
    name: String,
    kind: &'static str,
    street: String,
    city: &'static str,
    zip_code: &'static str,
    /// 0 for one of seven: unknown.
    latitude: f64,
    longitude: f64,
}

impl Accommodation {
    fn new(id: u64) -> Self {
        let mut generator = Generator::new("octorate", id);
        let (city, zip_code, latitude, longitude) = generator.choose(&CITIES);
        let is_located = !generator.one_in(7);
        Self {
            name: format!("{} {}", generator.choose(&FIRST), generator.choose(&SECOND)),
            kind: generator.choose(&KINDS),
            street: format!("Via {} {}", generator.choose(&SECOND), 1 + generator.below(120)),
            city,
            zip_code,
            latitude: if is_located { latitude } else { 0.0 },
            longitude: if is_located { longitude } else { 0.0 },
        }
    }
}

/// Returns the name of an accommodation.
pub(super) fn name(id: u64) -> String {
    Accommodation::new(id).name
}

/// Returns a row of the list.
pub(super) fn row(id: u64, owner: &User, form: PlaceForm) -> Value {
    match form {
        PlaceForm::Nested => nested(id, owner),
        PlaceForm::Flat => flat(id),
    }
}

fn nested(id: u64, owner: &User) -> Value {
    let a = Accommodation::new(id);
    let (given_name, family_name) = owner.name.split_once(' ').unwrap_or((owner.name.as_str(), ""));
    json!({
        "id": id.to_string(), "name": a.name, "currency": "EUR", "timeZone": "Europe/Rome",
        "contact": {
            "email": owner.email, "familyName": family_name, "givenName": given_name,
            "mobileNumber": "555 0100", "mobilePrefix": "+39",
        },
        "location": {
            "city": a.city, "country": "IT", "districtName": "Centro", "latitude": a.latitude,
            "longitude": a.longitude, "zipCode": a.zip_code, "zoom": 15,
        },
        "networkActive": owner.accommodations > 1,
        "networkInfo": { "accessEnabled": true, "accessNetwork": owner.accommodations > 1, "accessRoot": false },
        "propertyCategory": a.kind,
    })
}

/// Returns an accommodation with its first-level fields.
pub(super) fn flat(id: u64) -> Value {
    let a = Accommodation::new(id);
    json!({
        "id": id.to_string(), "name": a.name, "currency": "EUR",
        "timeZone": {
            "id": "Europe/Rome", "displayName": "Central European Standard Time", "rawOffset": 3_600_000,
            "dstsavings": 3_600_000,
        },
        "timeZoneOffset": "+01:00", "phoneNumber": "+39 555 0100", "address": a.street, "latitude": a.latitude,
        "longitude": a.longitude, "zipCode": a.zip_code, "city": a.city, "checkinStart": "14:00",
        "checkinEnd": "20:00", "checkout": "10:00",
    })
}

/// Returns the room rate with this number, counted from 0.
pub(super) fn room_rate(accommodation: u64, number: u64) -> Value {
    let mut generator = Generator::new("octorate room", accommodation.wrapping_mul(1000) + number);
    let name = generator.choose(&["Single", "Double", "Triple", "Suite"]);
    json!({
        "id": accommodation * 1000 + number, "name": format!("{name} {}", number + 1),
        "quantity": 1 + generator.below(9), "adults": 1 + generator.below(4),
    })
}
