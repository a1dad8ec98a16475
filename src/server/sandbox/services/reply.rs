//! The envelope of a web service's answer. Rows are written as they come, so that a long list is only ever there as text.

use serde_json::{Value, json};

use super::super::answer::{Answer, Payload};
use super::super::fault::Fault;
use super::super::format::Format;
use super::super::xml;

/// How a method's result is called, outside and for each row, and what the log says.
pub(super) struct Listing {
    outer: &'static str,
    item: &'static str,
    pub(super) plural: &'static str,
}

pub(super) const PROPERTIES: Listing = Listing { outer: "PhysicalProperty", item: "Property", plural: "properties" };
pub(super) const PEOPLE: Listing = Listing { outer: "Customers", item: "Customer", plural: "customers" };
pub(super) const LEASES: Listing = Listing { outer: "leases", item: "lease", plural: "leases" };

pub(super) fn list(
    listing: &Listing,
    rows: &mut dyn Iterator<Item = Value>,
    request_id: Option<&str>,
    format: Format,
    _faults: &[Fault],
    outcome: String,
) -> Answer {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        let none = json!({ "response": { "result": { "success": "No Records Found." } } });
        return Answer::new(200, Payload::Tree(none), outcome);
    }
    let body = match format {
        Format::Json => in_json(listing, rows, request_id),
        Format::Xml => in_xml(listing, rows, request_id),
    };
    let mut answer = Answer::new(200, Payload::Text(body), outcome);
    answer.content_type = Some(format.content_type());
    answer
}

fn in_json(listing: &Listing, rows: impl Iterator<Item = Value>, request_id: Option<&str>) -> String {
    let Listing { outer, item, .. } = listing;
    let id = request_id.map(|id| format!("\"requestId\":{},", json!(id))).unwrap_or_default();
    let mut body = format!("{{\"response\":{{{id}\"code\":200,\"result\":{{\"{outer}\":{{\"{item}\":[");
    for (at, row) in rows.enumerate() {
        body.push_str(if at == 0 { "" } else { "," });
        body.push_str(&row.to_string());
    }
    body.push_str("]}}}}");
    body
}

fn in_xml(listing: &Listing, rows: impl Iterator<Item = Value>, request_id: Option<&str>) -> String {
    let Listing { outer, item, .. } = listing;
    let mut body = format!("{}<response>", xml::DECLARATION);
    if let Some(id) = request_id {
        xml::element(&mut body, "requestId", &json!(id));
    }
    body.push_str(&format!("<code>200</code><result><{outer}>"));
    rows.for_each(|row| xml::element(&mut body, item, &row));
    body.push_str(&format!("</{outer}></result></response>"));
    body
}

/// The request's own id, in an envelope that is still a tree; none where none was sent.
pub(super) fn echo(answer: &mut Answer, request_id: Option<&str>) {
    let Payload::Tree(tree) = &mut answer.body else {
        return;
    };
    if let Some(response) = tree.get_mut("response").and_then(Value::as_object_mut) {
        match request_id {
            Some(id) => response.insert("requestId".to_owned(), json!(id)),
            None => response.remove("requestId"),
        };
    }
}
