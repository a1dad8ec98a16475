//! The two languages of the web services: how a request says which it speaks, and how a tree of values is written in it.

use serde_json::Value;

use super::xml;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml,
}

impl Format {
    /// From a media type in lower case.
    pub(super) fn of(media_type: &str) -> Option<Self> {
        match media_type {
            "application/json" | "text/json" => Some(Self::Json),
            "application/xml" | "text/xml" => Some(Self::Xml),
            _ => None,
        }
    }

    pub(super) fn other(self) -> Self {
        if self == Self::Json { Self::Xml } else { Self::Json }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }

    /// As the vendor writes it, capitals included.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "APPLICATION/JSON; CHARSET=UTF-8",
            Self::Xml => "APPLICATION/XML; CHARSET=UTF-8",
        }
    }

    /// The tree of a request; `None` for what is broken.
    pub(super) fn read(self, body: &[u8]) -> Option<Value> {
        match self {
            Self::Json => serde_json::from_slice(body).ok(),
            Self::Xml => xml::read(std::str::from_utf8(body).ok()?)?.get_mut("request").map(Value::take),
        }
    }

    /// A whole document. In XML its one field is the root; an error without its envelope gets one that is called `error`.
    pub(super) fn write(self, tree: &Value) -> String {
        match self {
            Self::Json => tree.to_string(),
            Self::Xml => xml::document(tree),
        }
    }
}
