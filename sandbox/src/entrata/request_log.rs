//! The log of received requests, for tests to assert on and for the shell to show.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::faults::Fault;
use super::http_request::HttpRequest;
use super::method::Method;

/// One request and its response. Logged once the request has been read, before a slow response is sent.
#[derive(Clone, Debug)]
pub struct LoggedRequest {
    /// Counts up from 1, also after the log was cleared.
    pub number: u64,
    /// Simulated time.
    pub at: Duration,
    pub verb: String,
    /// The method's name as sent, or empty.
    pub method: String,
    pub content_type: Option<String>,
    /// Were the client's id and secret right? `None` where not needed.
    pub client_ok: Option<bool>,
    /// Was the bearer token valid? `None` where not needed.
    pub bearer_ok: Option<bool>,
    /// The auth code that was sent, in full.
    pub code: Option<String>,
    /// The token that was issued or sent, in full.
    pub token: Option<String>,
    /// The company and user of the code or token.
    pub subdomain: Option<String>,
    pub user_id: Option<String>,
    /// `json` or `xml`. `None` for other content types and for OAuth requests.
    pub format: Option<&'static str>,
    /// The requested page of a list, as sent.
    pub page: Option<String>,
    /// The requested property, as sent.
    pub property_id: Option<String>,
    pub request_id: Option<String>,
    /// `None`: the connection was dropped without a response.
    pub status: Option<u16>,
    /// A sentence for people.
    pub outcome: String,
    /// The faults that applied.
    pub faults: Vec<Fault>,
    /// Real time: the times that the shell shows must not move with the simulated clock.
    pub(crate) received_at: Instant,
}

impl LoggedRequest {
    fn is(&self, method: Method) -> bool {
        self.method == method.name()
    }

    /// Returns the entry for the shell, with secrets shortened.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "number": self.number,
            "ago_ms": u64::try_from(self.received_at.elapsed().as_millis()).unwrap_or(u64::MAX),
            "verb": self.verb,
            "method": self.method,
            "status": self.status,
            "outcome": self.outcome,
            "client_ok": self.client_ok,
            "bearer_ok": self.bearer_ok,
            "content_type": self.content_type,
            "code": self.code.as_deref().map(shorten),
            "token": self.token.as_deref().map(shorten),
            "subdomain": self.subdomain,
            "user_id": self.user_id,
            "format": self.format,
            "page": self.page,
            "property_id": self.property_id,
            "request_id": self.request_id,
            "faults": self.faults.iter().map(Fault::to_string).collect::<Vec<_>>(),
        })
    }
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    entries: Vec<LoggedRequest>,
    received: u64,
}

impl RequestLog {
    /// Returns an entry with the next number and what every request has. `push` logs it.
    pub(crate) fn new_entry(&mut self, request: &HttpRequest, at: Duration) -> LoggedRequest {
        self.received += 1;
        LoggedRequest {
            number: self.received,
            at,
            verb: request.verb.clone(),
            method: String::new(),
            content_type: request.content_type.clone(),
            client_ok: None,
            bearer_ok: None,
            code: None,
            token: None,
            subdomain: None,
            user_id: None,
            format: None,
            page: None,
            property_id: None,
            request_id: None,
            status: None,
            outcome: String::new(),
            faults: Vec::new(),
            received_at: Instant::now(),
        }
    }

    pub(crate) fn push(&mut self, entry: LoggedRequest) {
        self.entries.push(entry);
    }

    /// Returns the entries, oldest first.
    pub(crate) fn entries(&self) -> &[LoggedRequest] {
        &self.entries
    }

    pub(crate) fn count(&self, method: Method) -> usize {
        self.entries.iter().filter(|entry| entry.is(method)).count()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

/// Returns the first six characters of a secret, and an ellipsis if it is longer.
pub(crate) fn shorten(secret: &str) -> String {
    let mut short: String = secret.chars().take(6).collect();
    if short.len() < secret.len() {
        short.push('…');
    }
    short
}
