//! Reads a call of a web service as strictly as its documentation: posts only, JSON or XML, `auth.type` oauth, the one method of the
//! address, a token of this very company.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use super::super::check::{Call, Refusal, refusal};
use super::super::fault::Fault;
use super::super::format::Format;
use super::super::received::Method;
use super::super::world::{Grant, State};

/// The names under which clients send the one property.
const PROPERTY: [&str; 3] = ["propertyId", "property_id", "propertyIds"];
const VERSIONS: [&str; 4] = ["r1", "r2", "r3", "r4"];

pub(super) struct ServiceCall {
    pub(super) call: Call,
    pub(super) subdomain: String,
    pub(super) resource: String,
    /// Where the call was sent, for the links to other pages.
    pub(super) address: String,
    /// Did it ask for those links?
    pub(super) wants_links: bool,
    query: Vec<(String, String)>,
    pub(super) format: Option<Format>,
    pub(super) asked: Asked,
    /// Those that the world had for it.
    pub(super) faults: Vec<Fault>,
}

/// The body, read; missing parts are null or empty.
pub(super) struct Asked {
    is_request: bool,
    auth_type: Value,
    pub(super) request_id: Option<String>,
    pub(super) name: String,
    version: Value,
    params: Value,
}

fn header<'a>(request: &'a Request<Body>, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

impl ServiceCall {
    pub(super) async fn read(subdomain: String, resource: String, request: Request<Body>) -> Self {
        let wants_links = header(&request, "x-send-pagination-links") == Some("1");
        let address = format!("http://{}{}", header(&request, "host").unwrap_or("localhost"), request.uri().path());
        let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
        let call = Call::receive(request).await;
        let format = Format::of(&call.media_type());
        let body = format.and_then(|format| format.read(&call.body)).unwrap_or_default();
        Self {
            call,
            subdomain,
            resource,
            address,
            wants_links,
            query,
            format,
            asked: Asked::of(&body),
            faults: Vec::new(),
        }
    }

    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Everything that can be wrong with a call, whoever makes it.
    pub(super) fn readable(&self) -> Result<(), Refusal> {
        let Some(method) = Method::of_resource(&self.resource) else {
            return refusal(404, "There is no such service.");
        };
        if self.call.verb != "POST" {
            refusal(405, "Only POST requests are supported.")
        } else if self.format.is_none() {
            refusal(400, "The content type must be application/json or application/xml.")
        } else if !self.asked.is_request {
            refusal(400, "The request could not be read.")
        } else if self.asked.auth_type != "oauth" {
            refusal(401, "The auth type must be oauth.")
        } else if self.asked.name != method.name() {
            refusal(400, "The service has no such method.")
        } else if !self.asked.has_known_version() {
            refusal(400, "The method has no such version.")
        } else {
            Ok(())
        }
    }
}

impl Asked {
    fn of(body: &Value) -> Self {
        let method = &body["method"];
        Self {
            is_request: body.is_object() && method.is_object(),
            auth_type: body["auth"]["type"].clone(),
            request_id: text(&body["requestId"]),
            name: method["name"].as_str().unwrap_or_default().to_owned(),
            version: method["version"].clone(),
            params: method["params"].clone(),
        }
    }

    fn has_known_version(&self) -> bool {
        self.version.is_null() || self.version.as_str().is_some_and(|version| VERSIONS.contains(&version))
    }

    pub(super) fn property_as_sent(&self) -> Option<String> {
        PROPERTY.into_iter().find_map(|name| text(&self.params[name]))
    }

    /// The ids that were asked for, in whichever way; `None` where none were.
    pub(super) fn properties(&self) -> Result<Option<Vec<u64>>, Refusal> {
        let Some(sent) = self.property_as_sent().filter(|sent| !sent.is_empty()) else {
            return Ok(None);
        };
        let ids = sent.split(',').map(|id| id.trim().parse().ok()).collect::<Option<Vec<u64>>>();
        ids.map_or_else(|| refusal(400, "The property id is not valid."), |ids| Ok(Some(ids)))
    }
}

/// A number or a text, as text.
fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_number().map(ToString::to_string))
}

impl State {
    /// Whose call it is. A token of another company is as good as none.
    pub(super) fn check_service_bearer(&self, call: &ServiceCall) -> Result<Grant, Refusal> {
        self.check_bearer(call.call.bearer())?;
        let grant = call.call.bearer().and_then(|token| self.tokens.get(token));
        let own = grant.filter(|grant| grant.subdomain == call.subdomain).cloned();
        own.map_or_else(|| refusal(401, "The access token belongs to another company."), Ok)
    }
}
