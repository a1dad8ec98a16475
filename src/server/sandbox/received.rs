//! What the simulated Entrata received, a line for each request: enough for a test to assert on, and for the shell to show.

use std::time::Duration;

use tokio::time::Instant;

use serde_json::{Value, json};

use super::fault::Fault;

/// The two calls that the OAuth address knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    GetAccessToken,
    GetUserInfo,
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
    pub const ALL: [Self; 2] = [Self::GetAccessToken, Self::GetUserInfo];

    pub fn name(self) -> &'static str {
        match self {
            Self::GetAccessToken => "getAccessToken",
            Self::GetUserInfo => "getUserInfo",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
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
