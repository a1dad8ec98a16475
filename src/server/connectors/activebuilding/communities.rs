//! The answer to `/communities`. The sample has a list in a list, and no source says how several communities are
//! nested, so lists of any depth are flattened and a lone object is accepted.

use crate::server::{
    connectors::{
        Batch, ConnectorError,
        activebuilding::{
            json_walk::{LIST, Value, below, is},
            reply::Reply,
        },
        oauth::cleaned,
    },
    outbound::Answer,
    property_data::{Place, is_id},
};

const COMMUNITY: [&str; 3] = ["response", "communities", "community"];
/// Most communities of one user.
pub const MAX_COMMUNITIES: usize = 200_000;

/// Reads the communities that a user may see.
///
/// # Errors
/// [`ConnectorError::GrantGone`] when the user has to sign in again. [`ConnectorError::NotUnderstood`] when there is no
/// list and the answer doesn't look like one without communities: an empty list would remove the user's places.
pub fn read_communities(answer: &Answer) -> Result<Batch<Place>, ConnectorError> {
    let mut list = List::default();
    let reply = Reply::read(answer, |path, value| match below(path, &COMMUNITY) {
        Some(field) => list.read(field, value),
        None => list.has_unknown |= is_unknown(path, value),
    })?;
    reply.check(answer)?;
    if list.rows.len() > MAX_COMMUNITIES {
        return Err(ConnectorError::NotUnderstood("more than 200,000 communities"));
    }
    let is_empty = list.rows.is_empty() && list.malformed == 0;
    if is_empty && (list.has_unknown || !reply.is_success()) {
        return Err(ConnectorError::NotUnderstood("there is no list of communities"));
    }
    Ok(Batch { rows: list.rows, malformed: list.malformed, next: None, page: None })
}

#[derive(Default)]
struct List {
    rows: Vec<Place>,
    malformed: u64,
    /// The row that is being read.
    row: Place,
    has_unknown: bool,
}

impl List {
    /// Takes a value below the list. `field` is empty for what should be a row.
    fn read(&mut self, field: &[String], value: Value<'_>) {
        match value {
            Value::Text(text) if is(field, &["communityId"]) => {
                self.row.id = if is_id(text) { text.to_owned() } else { String::new() };
            }
            Value::Text(text) if is(field, &["title"]) => self.row.name = cleaned(text),
            Value::ObjectEnd if field.is_empty() => self.finish_row(),
            Value::Text(text) if field.is_empty() && !text.is_empty() => self.malformed += 1,
            Value::Other if field.is_empty() => self.malformed += 1,
            _ => {}
        }
    }

    fn finish_row(&mut self) {
        let mut row = std::mem::take(&mut self.row);
        if row.id.is_empty() {
            self.malformed += 1;
        } else if self.rows.len() <= MAX_COMMUNITIES {
            if row.name.is_empty() {
                row.name.clone_from(&row.id);
            }
            "community".clone_into(&mut row.kind);
            self.rows.push(row);
        }
    }
}

/// Whether a value beside the list could be data in a form that we don't know.
fn is_unknown(path: &[String], value: Value<'_>) -> bool {
    let in_list = path.iter().any(|name| name == LIST);
    match value {
        _ if path.first().is_some_and(|name| name == "meta") => false,
        Value::Null => false,
        Value::ObjectEnd => in_list || !(path.is_empty() || is(path, &["response"]) || is(path, &COMMUNITY[..2])),
        Value::Text("") => in_list,
        Value::Text(_) | Value::Other => in_list || below(path, &COMMUNITY[..2]).is_some(),
    }
}
