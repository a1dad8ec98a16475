//! The formats of requests and responses: JSON and XML.

use serde_json::Value;

use super::xml;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Format {
    /// Returns the format of a media type, which must be in lower case.
    pub(crate) fn of(media_type: &str) -> Option<Self> {
        match media_type {
            "application/json" | "text/json" => Some(Self::Json),
            "application/xml" | "text/xml" => Some(Self::Xml),
            _ => None,
        }
    }

    pub(crate) fn other(self) -> Self {
        if self == Self::Json { Self::Xml } else { Self::Json }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }

    /// Returns the content type of responses, in capitals as the vendor writes it.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "APPLICATION/JSON; CHARSET=UTF-8",
            Self::Xml => "APPLICATION/XML; CHARSET=UTF-8",
        }
    }

    /// Parses a request. Returns `None` if it is malformed.
    pub(crate) fn read(self, body: &[u8]) -> Option<Value> {
        match self {
            Self::Json => serde_json::from_slice(body).ok(),
            Self::Xml => xml::read(std::str::from_utf8(body).ok()?)?.get_mut("request").map(Value::take),
        }
    }

    /// Serializes a response. In XML a single field becomes the root element; anything else is wrapped in `error`.
    pub(crate) fn write(self, tree: &Value) -> String {
        match self {
            Self::Json => tree.to_string(),
            Self::Xml => xml::document(tree),
        }
    }
}
