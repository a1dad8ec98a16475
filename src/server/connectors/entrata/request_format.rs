//! How a request is written: JSON or XML, and the casing of its parameters.

use serde_json::{Map, Value, json};

use crate::server::connectors::entrata::{Call, xml};

/// The format of requests. Answers are read in either format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Json,
    Xml,
}

/// The casing of parameter names: working clients use one, the vendor's page the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Casing {
    /// `propertyId`
    #[default]
    Camel,
    /// `property_id`
    Snake,
}

impl Casing {
    /// Returns the parameter for one property: an integer if the id is one.
    pub(super) fn property(self, id: &str) -> Map<String, Value> {
        let name = match self {
            Self::Camel => "propertyId",
            Self::Snake => "property_id",
        };
        let id = id.parse::<u64>().map_or_else(|_| Value::from(id), Value::from);
        Map::from_iter([(name.to_owned(), id)])
    }
}

impl Format {
    /// Returns the content type and the body of a call.
    pub(super) fn request(self, request_id: &str, call: &Call<'_>) -> (&'static str, Vec<u8>) {
        let mut method = Map::from_iter([("name".to_owned(), Value::from(call.method))]);
        if let Some(version) = call.version {
            method.insert("version".to_owned(), version.into());
        }
        method.insert("params".to_owned(), call.params.clone().into());
        let request = json!({"auth": {"type": "oauth"}, "requestId": request_id, "method": method});
        match self {
            Self::Json => ("application/json", request.to_string().into_bytes()),
            Self::Xml => {
                let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
                xml::write("request", &request, &mut out);
                ("application/xml", out.into_bytes())
            }
        }
    }
}
