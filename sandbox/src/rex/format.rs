//! Answers in JSON or XML. `Accept` chooses; without it, XML.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use quick_xml::escape::escape;
use serde::ser::{Serialize, SerializeMap, Serializer};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

/// A value of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Number(i64),
    Decimal(f64),
    Text(String),
    Object(Vec<(&'static str, Node)>),
    /// The name of the items' elements in XML, and the items.
    List(&'static str, Vec<Node>),
}

impl Format {
    pub(crate) fn requested(headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let accept = accept.to_ascii_lowercase();
        match (accept.find("json"), accept.find("xml")) {
            (Some(json), Some(xml)) if json < xml => Self::Json,
            (Some(_), None) => Self::Json,
            _ => Self::Xml,
        }
    }

    /// Returns an answer. `root` names the outermost element in XML.
    pub(crate) fn response(self, status: StatusCode, root: &'static str, node: &Node) -> Response {
        let (media_type, body) = match self {
            Self::Json => ("application/json; charset=utf-8", serde_json::to_string(node).unwrap_or_default()),
            Self::Xml => ("application/xml; charset=utf-8", xml(root, node)),
        };
        (status, [(header::CONTENT_TYPE, media_type)], body).into_response()
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => serializer.serialize_i64(*value),
            Self::Decimal(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::List(_, items) => serializer.collect_seq(items),
        }
    }
}

fn xml(root: &'static str, node: &Node) -> String {
    let mut out = String::from(r#"<?xml version="1.0" encoding="utf-8"?>"#);
    let attributes = if root == "RexApiList" { r#" xmlns:i="http://www.w3.org/2001/XMLSchema-instance""# } else { "" };
    write(&mut out, root, attributes, node);
    out
}

fn write(out: &mut String, name: &str, attributes: &str, node: &Node) {
    if matches!(node, Node::Null) {
        *out += &format!(r#"<{name} i:nil="true" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"/>"#);
        return;
    }
    *out += &format!("<{name}{attributes}>");
    match node {
        Node::Null => {}
        Node::Bool(value) => *out += &value.to_string(),
        Node::Number(value) => *out += &value.to_string(),
        Node::Decimal(value) => *out += &value.to_string(),
        Node::Text(text) => *out += &escape(text.as_str()),
        Node::Object(fields) => fields.iter().for_each(|(name, value)| write(out, name, "", value)),
        Node::List(item, items) => items.iter().for_each(|value| write(out, item, "", value)),
    }
    *out += &format!("</{name}>");
}
