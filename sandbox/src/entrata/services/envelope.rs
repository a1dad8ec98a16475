//! The envelope of a list. Rows are written as they are generated, so only the text of a long list is in memory.

use serde::Serialize;
use serde_json::{Value, json};

use super::row_faults;
use crate::entrata::faults::Fault;
use crate::entrata::format::Format;
use crate::entrata::reply::{Reply, ReplyBody};
use crate::entrata::xml;

/// How a list is named in a response, and in the log.
pub(super) struct ListNames {
    list: &'static str,
    row: &'static str,
    pub(super) plural: &'static str,
}

impl ListNames {
    pub(super) const PROPERTIES: Self = Self { list: "PhysicalProperty", row: "Property", plural: "properties" };
    pub(super) const CUSTOMERS: Self = Self { list: "Customers", row: "Customer", plural: "customers" };
    pub(super) const LEASES: Self = Self { list: "leases", row: "lease", plural: "leases" };
}

/// How to write a response.
pub(super) struct Envelope<'a> {
    pub(super) format: Format,
    pub(super) request_id: Option<&'a str>,
    pub(super) faults: &'a [Fault],
}

#[derive(Clone)]
struct WrittenRow {
    /// Only if the list is keyed by ID.
    key: Option<String>,
    text: String,
}

pub(super) fn list_reply<R: Serialize>(
    names: &ListNames,
    rows: impl Iterator<Item = R>,
    envelope: &Envelope<'_>,
    outcome: String,
) -> Reply {
    let times = if envelope.has(Fault::RowsTwice) { 2 } else { 1 };
    let mut rows =
        rows.map(|row| envelope.write_row(names, &row)).flat_map(|row| std::iter::repeat_n(row, times)).peekable();
    if rows.peek().is_none() || envelope.has(Fault::NoRecords) {
        let none = json!({ "response": { "result": { "success": "No Records Found." } } });
        return Reply::new(200, ReplyBody::Tree(none), outcome);
    }
    let shape = envelope.faults.iter().copied().find(|fault| SHAPES.contains(fault));
    let rows = rows.take(max_rows(shape));
    let body = match envelope.format {
        Format::Json => write_json(names, rows, shape, envelope),
        Format::Xml => write_xml(names, rows, shape, envelope),
    };
    let mut reply = Reply::new(200, ReplyBody::Text(body), outcome);
    reply.content_type = Some(envelope.format.content_type());
    reply
}

fn write_json(
    names: &ListNames,
    rows: impl Iterator<Item = WrittenRow>,
    shape: Option<Fault>,
    envelope: &Envelope<'_>,
) -> String {
    let ListNames { list, row, .. } = names;
    let mut body = String::from("{\"response\":{");
    if let Some(id) = envelope.request_id() {
        body.push_str(&format!("\"requestId\":{},", json!(id)));
    }
    if let Some(code) = envelope.code() {
        body.push_str(&format!("\"code\":{code},"));
    }
    let (open, close) = match shape {
        None => (format!("{{\"{list}\":{{\"{row}\":["), "]}}"),
        Some(Fault::ListKeyedById) => (format!("{{\"{list}\":{{\"{row}\":{{"), "}}}"),
        Some(Fault::ListOneObject) => (format!("{{\"{list}\":{{\"{row}\":"), "}}"),
        Some(Fault::ListNull) => (format!("{{\"{list}\":{{\"{row}\":null"), "}}"),
        Some(Fault::ListEmptyText) => (format!("{{\"{list}\":\"\""), "}"),
        Some(_) => ("{".to_owned(), "}"),
    };
    body.push_str("\"result\":");
    body.push_str(&open);
    for (index, row) in rows.enumerate() {
        body.push_str(if index == 0 { "" } else { "," });
        if let Some(key) = row.key {
            body.push_str(&format!("{}:", json!(key)));
        }
        body.push_str(&row.text);
    }
    body.push_str(close);
    body.push_str("}}");
    body
}

/// XML has fewer shapes: a list of one looks like an object, and there are no keys.
fn write_xml(
    names: &ListNames,
    rows: impl Iterator<Item = WrittenRow>,
    shape: Option<Fault>,
    envelope: &Envelope<'_>,
) -> String {
    let mut body = format!("{}<response>", xml::DECLARATION);
    if let Some(id) = envelope.request_id() {
        xml::element(&mut body, "requestId", &json!(id));
    }
    body.push_str(envelope.code().map(|_| "<code>200</code>").unwrap_or_default());
    let (open, close) = match shape {
        Some(Fault::ListMissing) => (String::new(), String::new()),
        _ => (format!("<{}>", names.list), format!("</{}>", names.list)),
    };
    body.push_str("<result>");
    body.push_str(&open);
    rows.for_each(|row| body.push_str(&row.text));
    body.push_str(&close);
    body.push_str("</result></response>");
    body
}

/// Faults that decide how a list is written.
const SHAPES: [Fault; 5] =
    [Fault::ListOneObject, Fault::ListKeyedById, Fault::ListNull, Fault::ListMissing, Fault::ListEmptyText];

/// Returns how many rows fit into a list of this shape.
fn max_rows(shape: Option<Fault>) -> usize {
    match shape {
        None | Some(Fault::ListKeyedById) => usize::MAX,
        Some(Fault::ListOneObject) => 1,
        Some(_) => 0,
    }
}

impl Envelope<'_> {
    /// Only faults and XML need the row as a tree. Serializing can't fail, because all keys are text.
    fn write_row(&self, names: &ListNames, row: &impl Serialize) -> WrittenRow {
        if self.format == Format::Json && self.faults.is_empty() {
            return WrittenRow { key: None, text: serde_json::to_string(row).unwrap_or_default() };
        }
        let tree = row_faults::apply(serde_json::to_value(row).unwrap_or_default(), self.faults);
        let key = self.has(Fault::ListKeyedById).then(|| row_faults::row_id(&tree));
        let mut text = String::new();
        match self.format {
            Format::Json => text = tree.to_string(),
            Format::Xml => xml::element(&mut text, names.row, &tree),
        }
        WrittenRow { key, text }
    }

    fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    fn request_id(&self) -> Option<&str> {
        let other = self.has(Fault::RequestIdOther).then_some("another");
        other.or(self.request_id).filter(|_| !self.has(Fault::RequestIdMissing))
    }

    /// Returns the code as JSON.
    fn code(&self) -> Option<&'static str> {
        let code = if self.has(Fault::CodeAsText) { "\"200\"" } else { "200" };
        Some(code).filter(|_| !self.has(Fault::CodeMissing))
    }

    /// Sets the request ID in a reply that is not a list, or removes it if the request has none.
    pub(super) fn set_request_id(&self, reply: &mut Reply) {
        let ReplyBody::Tree(tree) = &mut reply.body else {
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
