//! What the simulated Entrata received, a line for each request: enough for a test to assert on, and for the shell to show.

use std::time::Duration;

use tokio::time::Instant;

use serde_json::{Value, json};

use super::fault::Fault;

/// The calls that are known: two of the OAuth address, and the web services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    GetAccessToken,
    GetUserInfo,
    GetProperties,
    GetCustomers,
    GetLeases,
}

/// One request and how it was answered. It is in the log as soon as it has been read, before a slow answer is given.
#[derive(Clone, Debug)]
pub struct Received {
    /// Counts up from 1 and never starts again.
    pub number: u64,
    /// World time.
    pub at: Duration,
    pub verb: String,
    /// The method's name as it was sent; empty when there was none to read.
    pub method: String,
    pub content_type: Option<String>,
    /// Were client id and secret right? `None` where they play no part.
    pub client_ok: Option<bool>,
    /// Was the bearer token known and alive? `None` where it plays no part.
    pub bearer_ok: Option<bool>,
    /// The authorization code that was presented, whole.
    pub code: Option<String>,
    /// The token that was issued or presented, whole.
    pub token: Option<String>,
    /// Whom it was about, once that was known.
    pub subdomain: Option<String>,
    pub user_id: Option<String>,
    /// `json` or `xml`; `None` where the content type was neither, and at the OAuth address.
    pub format: Option<&'static str>,
    /// The page of a web service's list that was asked for, as it was sent.
    pub page: Option<String>,
    /// The property that was asked about, as it was sent.
    pub property_id: Option<String>,
    pub request_id: Option<String>,
    /// `None`: the connection was dropped without an answer.
    pub status: Option<u16>,
    /// In plain words.
    pub outcome: String,
    /// The faults that had a part in the answer.
    pub faults: Vec<Fault>,
    /// Real time, so that the shell's times stay put when a test moves the world's.
    pub(super) received: Instant,
}

impl Method {
    pub const ALL: [Self; 5] =
        [Self::GetAccessToken, Self::GetUserInfo, Self::GetProperties, Self::GetCustomers, Self::GetLeases];
    pub(super) const OAUTH: [Self; 2] = [Self::GetAccessToken, Self::GetUserInfo];
    pub(super) const SERVICES: [Self; 3] = [Self::GetProperties, Self::GetCustomers, Self::GetLeases];

    pub fn name(self) -> &'static str {
        match self {
            Self::GetAccessToken => "getAccessToken",
            Self::GetUserInfo => "getUserInfo",
            Self::GetProperties => "getProperties",
            Self::GetCustomers => "getCustomers",
            Self::GetLeases => "getLeases",
        }
    }

    pub(super) fn of_oauth(name: &str) -> Option<Self> {
        Self::OAUTH.into_iter().find(|method| method.name() == name)
    }

    /// The one method of a web service that is known here, by the last part of its address.
    pub(super) fn of_resource(resource: &str) -> Option<Self> {
        Self::SERVICES.into_iter().find(|method| method.resource() == resource)
    }

    pub(super) fn resource(self) -> &'static str {
        match self {
            Self::GetAccessToken | Self::GetUserInfo => "oauth",
            Self::GetProperties => "properties",
            Self::GetCustomers => "customers",
            Self::GetLeases => "leases",
        }
    }
}

impl Received {
    pub(super) fn is(&self, method: Method) -> bool {
        self.method == method.name()
    }

    /// For the shell: secrets cut short.
    pub(super) fn shown(&self) -> Value {
        json!({
            "number": self.number,
            "ago_ms": u64::try_from(self.received.elapsed().as_millis()).unwrap_or(u64::MAX),
            "verb": self.verb,
            "method": self.method,
            "status": self.status,
            "outcome": self.outcome,
            "client_ok": self.client_ok,
            "bearer_ok": self.bearer_ok,
            "content_type": self.content_type,
            "code": self.code.as_deref().map(short),
            "token": self.token.as_deref().map(short),
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

/// The first six characters of a secret, and that there is more.
pub(super) fn short(secret: &str) -> String {
    let mut kept: String = secret.chars().take(6).collect();
    if kept.len() < secret.len() {
        kept.push('…');
    }
    kept
}
