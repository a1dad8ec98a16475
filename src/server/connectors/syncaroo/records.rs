//! Locations and resources as rows. Syncaroo's pages show no id among a location's fields, so it is looked for in
//! several places.

use serde_json::Value;
use url::Url;

use super::{WORKSPACE, address, page::Record};
use crate::server::{
    connectors::oauth::cleaned,
    property_data::{Address, Place, PlaceItem, is_id},
};

/// Fields in which a record may link to itself.
const LINKS: [&str; 4] = ["apiUrl", "href", "url", "self"];

/// Reads a location that a GET of `url` returned; none if it has no usable id.
pub fn place(record: &Record, url: &Url) -> Option<Place> {
    let id = id(record, url, "locations")?;
    Some(Place {
        name: first_text(record, &["Name", "name"]).unwrap_or_else(|| id.clone()),
        address: Address { street: joined(record.fields.get("address")), ..Address::default() },
        kind: WORKSPACE.to_owned(),
        status: first_text(record, &["syncOpenStatus"]).unwrap_or_default(),
        id,
        ..Place::default()
    })
}

/// Reads a resource that a GET of `url` returned; none if it has no usable id. Its type is any text: Syncaroo's pages
/// list different types.
pub fn item(record: &Record, url: &Url) -> Option<PlaceItem> {
    let id = id(record, url, "resources")?;
    Some(PlaceItem {
        name: first_text(record, &["Name", "name", "Description", "description"]).unwrap_or_else(|| id.clone()),
        kind: first_text(record, &["type"]).unwrap_or_default(),
        status: first_text(record, &["syncOpenStatus", "status"]).unwrap_or_default(),
        id,
    })
}

/// Returns `ID`, `id`, the key in `data`, the end of a link, or the end of the address that was read.
fn id(record: &Record, url: &Url, list: &str) -> Option<String> {
    let field = ["ID", "id"].iter().find_map(|name| record.fields.get(*name).and_then(scalar));
    let link = || {
        let links = LINKS.iter().filter_map(|name| Url::parse(record.fields.get(*name)?.as_str()?).ok());
        links.filter_map(|link| id_in_path(&link, list)).next()
    };
    let found = field.or_else(|| record.key.clone()).or_else(link).or_else(|| id_in_path(url, list))?;
    is_id(&found).then_some(found)
}

/// Returns the segment after `list` if it is the path's last one.
fn id_in_path(url: &Url, list: &str) -> Option<String> {
    match address::resource_path(url).as_slice() {
        [.., name, id] if *name == list => Some((*id).to_owned()),
        _ => None,
    }
}

/// Returns the first of these fields that has a text.
fn first_text(record: &Record, names: &[&str]) -> Option<String> {
    let texts = names.iter().filter_map(|name| scalar(record.fields.get(*name)?));
    texts.map(|text| cleaned(&text)).find(|text| !text.is_empty())
}

/// Joins the parts of an address with commas. Parts that are no texts or numbers are left out.
fn joined(address: Option<&Value>) -> String {
    let parts: Vec<String> = match address {
        Some(Value::Array(parts)) => parts.iter().filter_map(scalar).collect(),
        Some(Value::Object(parts)) => parts.values().filter_map(scalar).collect(),
        other => other.and_then(scalar).into_iter().collect(),
    };
    let parts: Vec<String> = parts.iter().map(|part| cleaned(part)).filter(|part| !part.is_empty()).collect();
    cleaned(&parts.join(", "))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
