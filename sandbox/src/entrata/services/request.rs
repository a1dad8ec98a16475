//! Reads a call of a web service as strictly as it is documented: POST, JSON or XML, `auth.type` `oauth`, one method.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use crate::entrata::error::{ApiError, fail};
use crate::entrata::format::Format;
use crate::entrata::http_request::HttpRequest;
use crate::entrata::method::Method;

/// The parameters under which clients send property IDs.
const PROPERTY_PARAMS: [&str; 3] = ["propertyId", "property_id", "propertyIds"];
const VERSIONS: [&str; 4] = ["r1", "r2", "r3", "r4"];

/// Missing parts are null or empty.
pub(super) struct ServiceRequest {
    pub(super) http: HttpRequest,
    pub(super) subdomain: String,
    resource: String,
    /// The URL without its query, for links to other pages.
    pub(super) url: String,
    pub(super) wants_page_links: bool,
    query: Vec<(String, String)>,
    /// `None`: neither JSON nor XML.
    pub(super) format: Option<Format>,
    is_readable: bool,
    auth_type: Value,
    pub(super) request_id: Option<String>,
    pub(super) method_name: String,
    version: Value,
    params: Value,
}

impl ServiceRequest {
    pub(super) async fn receive(subdomain: String, resource: String, request: Request<Body>) -> Self {
        let wants_page_links = header(&request, "x-send-pagination-links") == Some("1");
        let url = format!("http://{}{}", header(&request, "host").unwrap_or("localhost"), request.uri().path());
        let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
        let http = HttpRequest::receive(request).await;
        let format = Format::of(&http.media_type());
        let body = format.and_then(|format| format.read(&http.body)).unwrap_or_default();
        let method = &body["method"];
        Self {
            http,
            subdomain,
            resource,
            url,
            wants_page_links,
            query,
            format,
            is_readable: body.is_object() && method.is_object(),
            auth_type: body["auth"]["type"].clone(),
            request_id: text(&body["requestId"]),
            method_name: method["name"].as_str().unwrap_or_default().to_owned(),
            version: method["version"].clone(),
            params: method["params"].clone(),
        }
    }

    /// Returns the service's method, whichever method the body names.
    pub(super) fn method(&self) -> Option<Method> {
        Method::of_resource(&self.resource)
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Checks everything that doesn't depend on the caller.
    pub(super) fn validate(&self) -> Result<(), ApiError> {
        let Some(method) = self.method() else {
            return fail(404, "There is no such service.");
        };
        if self.http.verb != "POST" {
            fail(405, "Only POST requests are supported.")
        } else if self.format.is_none() {
            fail(400, "The content type must be application/json or application/xml.")
        } else if !self.is_readable {
            fail(400, "The request could not be read.")
        } else if self.auth_type != "oauth" {
            fail(401, "The auth type must be oauth.")
        } else if self.method_name != method.name() {
            fail(400, "The service has no such method.")
        } else if !self.has_known_version() {
            fail(400, "The method has no such version.")
        } else {
            Ok(())
        }
    }

    fn has_known_version(&self) -> bool {
        self.version.is_null() || self.version.as_str().is_some_and(|version| VERSIONS.contains(&version))
    }

    pub(super) fn property_id_as_sent(&self) -> Option<String> {
        PROPERTY_PARAMS.into_iter().find_map(|name| text(&self.params[name]))
    }

    /// Returns the requested property IDs, or `None` if the request names none.
    pub(super) fn property_ids(&self) -> Result<Option<Vec<u64>>, ApiError> {
        let Some(sent) = self.property_id_as_sent().filter(|sent| !sent.is_empty()) else {
            return Ok(None);
        };
        let ids = sent.split(',').map(|id| id.trim().parse().ok()).collect::<Option<Vec<u64>>>();
        ids.map_or_else(|| fail(400, "The property id is not valid."), |ids| Ok(Some(ids)))
    }
}

fn header<'a>(request: &'a Request<Body>, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// Returns a string or a number as text.
fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_number().map(ToString::to_string))
}
