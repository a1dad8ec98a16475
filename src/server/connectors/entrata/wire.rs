//! How a request is written: in JSON or XML, its parameters in the one casing or the other.

use serde_json::{Map, Value, json};

use crate::server::connectors::entrata::{services::Call, xml};

/// What requests and answers are written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Json,
    Xml,
}

/// How a parameter's name is written: as working clients do, or as the vendor's page does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Casing {
    /// `propertyId`
    #[default]
    Camel,
    /// `property_id`
    Snake,
}

impl Casing {
    /// The parameter that names one property: an integer where the id is one.
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
    /// The content type and the body of a call.
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
