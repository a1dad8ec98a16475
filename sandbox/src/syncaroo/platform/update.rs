//! A webhook's body.

use serde_json::{Value, json};

/// The webhook that is sent, with what may be wrong or unknown about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Latchkey's id of the location.
    pub location_id: String,
    /// `data`; `status` was removed in 2022.
    pub webhook_type: String,
    /// `locations`, `resources` or `rates`; later also `availability` and `bookings`.
    pub attribute_type: String,
    /// Latchkey's id of the resource and its type.
    pub resource: Option<(String, String)>,
    /// The address to read, complete or below Syncaroo's API address, such as `v1/locations/10001`.
    pub api_url: String,
    pub hash: String,
    /// Adds the later fields `action`, `actionCallback` and `metaData.syncarooId`, and an unknown one.
    pub has_later_fields: bool,
    /// Puts `apiUrl` into `data`, as Syncaroo's text says, and not into `metaData`, as its sample shows.
    pub in_data: bool,
    /// Leaves out the comma after `resourceType`, as in Syncaroo's sample: no valid JSON.
    pub is_broken: bool,
}

impl Default for Update {
    fn default() -> Self {
        Self {
            location_id: "1198".into(),
            webhook_type: "data".into(),
            attribute_type: "locations".into(),
            resource: None,
            api_url: "v1/locations/10001".into(),
            hash: "XXXX".into(),
            has_later_fields: false,
            in_data: false,
            is_broken: false,
        }
    }
}

impl Update {
    /// An update of a resource of the first location.
    #[must_use]
    pub fn of_resource() -> Self {
        Self {
            attribute_type: "resources".into(),
            resource: Some(("19284".into(), "meeting-room".into())),
            api_url: "v1/locations/10001/resources/100010".into(),
            ..Self::default()
        }
    }

    /// An update of the rates of that resource.
    #[must_use]
    pub fn of_rates() -> Self {
        let api_url = "v1/locations/10001/resources/100010/rates".into();
        Self { attribute_type: "rates".into(), api_url, ..Self::of_resource() }
    }

    /// Returns the body. `syncaroo_api_url` is what a relative `api_url` is below.
    #[must_use]
    pub fn body(&self, connection_id: u64, syncaroo_api_url: &str) -> String {
        let mut body = json!({
            "connectionId": connection_id,
            "webhookType": self.webhook_type,
            "locationId": self.location_id,
            "metaData": { "attributeType": self.attribute_type },
            "hash": self.hash,
        });
        if let Some((id, kind)) = &self.resource {
            body["metaData"]["resourceId"] = json!(id);
            body["metaData"]["resourceType"] = json!(kind);
        }
        if self.has_later_fields {
            body["action"] = json!("new");
            body["actionCallback"] = json!(format!("{syncaroo_api_url}/v1/actions/1"));
            body["metaData"]["syncarooId"] = json!("10001");
            body["unknownField"] = json!({ "nested": [1, null] });
        }
        let is_complete = self.api_url.contains(':') || self.api_url.starts_with('/');
        let api_url = if is_complete { self.api_url.clone() } else { format!("{syncaroo_api_url}/{}", self.api_url) };
        let object = if self.in_data { "data" } else { "metaData" };
        body[object]["apiUrl"] = json!(api_url);
        if self.is_broken { broken(&body) } else { body.to_string() }
    }
}

/// Writes the object without the comma between its first two fields.
fn broken(body: &Value) -> String {
    body.to_string().replacen(",\"", " \"", 1)
}
