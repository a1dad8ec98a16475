//! The envelope of a web service's answer. Rows are written as they come, so that a long list is only ever there as text.

use serde::Serialize;
use serde_json::{Value, json};

use super::super::answer::{Answer, Payload};
use super::super::fault::Fault;
use super::super::format::Format;
use super::super::xml;
use super::rows;

/// How a method's result is called, outside and for each row, and what the log says.
pub(super) struct Listing {
    outer: &'static str,
    item: &'static str,
    pub(super) plural: &'static str,
}

pub(super) const PROPERTIES: Listing = Listing { outer: "PhysicalProperty", item: "Property", plural: "properties" };
pub(super) const PEOPLE: Listing = Listing { outer: "Customers", item: "Customer", plural: "customers" };
pub(super) const LEASES: Listing = Listing { outer: "leases", item: "lease", plural: "leases" };

/// In which language, with which id, with which faults.
pub(super) struct Style<'a> {
    pub(super) format: Format,
    pub(super) request_id: Option<&'a str>,
    pub(super) faults: &'a [Fault],
}

/// A row as it is sent.
#[derive(Clone)]
struct Written {
    /// Where the list is keyed by id.
    key: Option<String>,
    text: String,
}

pub(super) fn list<R: Serialize>(
    listing: &Listing,
    rows: impl Iterator<Item = R>,
    style: &Style<'_>,
    told: String,
) -> Answer {
    let times = if style.has(Fault::RowsTwice) { 2 } else { 1 };
    let mut rows = rows.map(|row| style.row(listing, &row)).flat_map(|row| std::iter::repeat_n(row, times)).peekable();
    if rows.peek().is_none() || style.has(Fault::NoRecords) {
        let none = json!({ "response": { "result": { "success": "No Records Found." } } });
        return Answer::new(200, Payload::Tree(none), told);
    }
    let shape = style.faults.iter().copied().find(|fault| SHAPES.contains(fault));
    let rows = rows.take(most(shape));
    let body = match style.format {
        Format::Json => in_json(listing, rows, shape, style),
        Format::Xml => in_xml(listing, rows, shape, style),
    };
    let mut answer = Answer::new(200, Payload::Text(body), told);
    answer.content_type = Some(style.format.content_type());
    answer
}

fn in_json(listing: &Listing, rows: impl Iterator<Item = Written>, shape: Option<Fault>, style: &Style<'_>) -> String {
    let Listing { outer, item, .. } = listing;
    let mut body = String::from("{\"response\":{");
    if let Some(id) = style.request_id() {
        body.push_str(&format!("\"requestId\":{},", json!(id)));
    }
    if let Some(code) = style.code() {
        body.push_str(&format!("\"code\":{code},"));
    }
    let (open, close) = match shape {
        None => (format!("{{\"{outer}\":{{\"{item}\":["), "]}}"),
        Some(Fault::ListKeyedById) => (format!("{{\"{outer}\":{{\"{item}\":{{"), "}}}"),
        Some(Fault::ListOneObject) => (format!("{{\"{outer}\":{{\"{item}\":"), "}}"),
        Some(Fault::ListNull) => (format!("{{\"{outer}\":{{\"{item}\":null"), "}}"),
        Some(Fault::ListEmptyText) => (format!("{{\"{outer}\":\"\""), "}"),
        Some(_) => ("{".to_owned(), "}"),
    };
    body.push_str("\"result\":");
    body.push_str(&open);
    for (at, row) in rows.enumerate() {
        body.push_str(if at == 0 { "" } else { "," });
        if let Some(key) = row.key {
            body.push_str(&format!("{}:", json!(key)));
        }
        body.push_str(&row.text);
    }
    body.push_str(close);
    body.push_str("}}");
    body
}

/// The shapes of XML are fewer: a list of one is one object, and there are no keys.
fn in_xml(listing: &Listing, rows: impl Iterator<Item = Written>, shape: Option<Fault>, style: &Style<'_>) -> String {
    let mut body = format!("{}<response>", xml::DECLARATION);
    if let Some(id) = style.request_id() {
        xml::element(&mut body, "requestId", &json!(id));
    }
    body.push_str(style.code().map(|_| "<code>200</code>").unwrap_or_default());
    let (open, close) = match shape {
        Some(Fault::ListMissing) => (String::new(), String::new()),
        _ => (format!("<{}>", listing.outer), format!("</{}>", listing.outer)),
    };
    body.push_str("<result>");
    body.push_str(&open);
    rows.for_each(|row| body.push_str(&row.text));
    body.push_str(&close);
    body.push_str("</result></response>");
    body
}

const SHAPES: [Fault; 5] =
    [Fault::ListOneObject, Fault::ListKeyedById, Fault::ListNull, Fault::ListMissing, Fault::ListEmptyText];

/// How many rows a list of this shape can hold.
fn most(shape: Option<Fault>) -> usize {
    match shape {
        None | Some(Fault::ListKeyedById) => usize::MAX,
        Some(Fault::ListOneObject) => 1,
        Some(_) => 0,
    }
}

impl Style<'_> {
    /// Only faults and XML need the row as a tree. Rows have no keys but texts, so writing one cannot fail.
    fn row(&self, listing: &Listing, row: &impl Serialize) -> Written {
        if self.format == Format::Json && self.faults.is_empty() {
            return Written { key: None, text: serde_json::to_string(row).unwrap_or_default() };
        }
        let tree = rows::bend(serde_json::to_value(row).unwrap_or_default(), self.faults);
        let key = self.has(Fault::ListKeyedById).then(|| rows::id(&tree));
        let mut text = String::new();
        match self.format {
            Format::Json => text = tree.to_string(),
            Format::Xml => xml::element(&mut text, listing.item, &tree),
        }
        Written { key, text }
    }

    fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    fn request_id(&self) -> Option<&str> {
        let other = self.has(Fault::RequestIdOther).then_some("another");
        other.or(self.request_id).filter(|_| !self.has(Fault::RequestIdMissing))
    }

    /// As JSON.
    fn code(&self) -> Option<&'static str> {
        let code = if self.has(Fault::CodeAsText) { "\"200\"" } else { "200" };
        Some(code).filter(|_| !self.has(Fault::CodeMissing))
    }

    /// The request's own id, in an envelope that is still a tree; none where none was sent.
    pub(super) fn echo(&self, answer: &mut Answer) {
        let Payload::Tree(tree) = &mut answer.body else {
            return;
        };
        if let Some(response) = tree.get_mut("response").and_then(Value::as_object_mut) {
            match self.request_id() {
                Some(id) => response.insert("requestId".to_owned(), json!(id)),
                None => response.remove("requestId"),
            };
        }
    }
}
