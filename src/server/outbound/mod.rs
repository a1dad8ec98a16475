//! The one HTTP client for all outside systems: short time-outs, no redirects, a size limit on every body, and
//! connections that stay open. Every error says whether anything was sent, because a code that was never sent may be
//! used again. `circuit_breaker.rs` pauses calls to a host that does not answer.

mod address;
mod request;
#[cfg(test)]
mod tests;

use std::{future::Future, time::Duration};

use reqwest::{
    Client, StatusCode,
    header::{CONTENT_LENGTH, HeaderMap},
};
use tokio::time::{Instant, timeout_at};
use url::Url;

pub use address::parse_address;
pub use request::Request;

use super::{circuit_breaker::Breaker, clock::Clock};

/// Time and size limits of calls.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For opening a connection.
    pub connect: Duration,
    /// For all calls of one step together.
    pub whole: Duration,
    /// Bytes of one response body.
    pub body: usize,
}

impl Default for Limits {
    /// For calls that a user in a frame waits for.
    fn default() -> Self {
        Self { connect: Duration::from_secs(2), whole: Duration::from_secs(8), body: 256 * 1024 }
    }
}

impl Limits {
    /// For `getUserInfo`, which lists every property that the user may see: about 160 bytes each.
    pub fn for_user_info(self) -> Self {
        Self { body: 4 * 1024 * 1024, ..self }
    }

    /// For a company's data: responses are larger (a property's leases are 1 to 3 MB), and no launch waits for them.
    pub fn for_data(self) -> Self {
        Self { whole: self.whole * 5 / 2, body: 32 * 1024 * 1024, ..self }
    }
}

/// Why there is no answer. The messages hold no address, header or body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// `slow`: the attempt to connect timed out.
    #[error("no connection, so nothing was sent")]
    Unreachable { slow: bool },
    #[error("sent, but not answered in time")]
    TooSlow,
    #[error("sent, but the connection broke")]
    Broken,
    #[error("the answer exceeds the size limit")]
    TooLarge,
}

/// A complete answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

#[cfg(any(test, feature = "fuzz"))]
impl Answer {
    /// An answer without headers, for tests of the code that reads answers.
    pub fn new(status: StatusCode, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }
}

#[derive(Clone, Debug)]
pub struct Outbound {
    client: Client,
    limits: Limits,
    breaker: Breaker,
}

impl Outbound {
    /// # Errors
    /// When the platform's certificate store can't be used.
    #[allow(clippy::disallowed_methods, reason = "the one HTTP client")]
    pub fn new(limits: Limits, clock: Clock) -> Result<Self, reqwest::Error> {
        // Fails if a provider is installed already, which is fine: it is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(60))
            .pool_idle_timeout(Duration::from_secs(90))
            .no_proxy()
            .user_agent(concat!("latchkey/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, limits, breaker: Breaker::new(clock) })
    }

    /// Begins a step of one or several calls to a host, and returns the deadline for all of them.
    ///
    /// # Errors
    /// [`OutboundError::Unreachable`] while calls to the host are paused because it does not answer.
    pub fn begin(&self, url: &Url) -> Result<Instant, OutboundError> {
        if !self.breaker.allows(&host(url)) {
            return Err(OutboundError::Unreachable { slow: false });
        }
        Ok(Instant::now() + self.limits.whole)
    }

    /// Returns the same client with other limits. Both share what they know of hosts that don't answer.
    pub fn with_limits(&self, limits: Limits) -> Self {
        Self { limits, ..self.clone() }
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Sends a request and reads the complete answer. Any HTTP status is an answer, not an error.
    ///
    /// # Errors
    /// When there is no complete answer before the deadline and within the size limit.
    pub async fn send(&self, request: Request<'_>, deadline: Instant) -> Result<Answer, OutboundError> {
        let host = host(request.url);
        let answer = self.send_once(request, deadline).await;
        self.breaker.record(&host, !matches!(answer, Err(OutboundError::Unreachable { .. } | OutboundError::TooSlow)));
        answer
    }

    async fn send_once(&self, request: Request<'_>, deadline: Instant) -> Result<Answer, OutboundError> {
        let Request { method, url, headers, body } = request;
        let mut builder = self.client.request(method, url.clone()).headers(headers);
        if !body.is_empty() {
            builder = builder.body(body);
        }
        let mut response = within(deadline, builder.send()).await?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        // Content-Length may be wrong, so it reserves at most a quarter of the limit; doubling does the rest.
        let expected = headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok()).unwrap_or(0);
        let mut body = Vec::with_capacity(expected.min(self.limits.body / 4));
        while let Some(chunk) = within(deadline, response.chunk()).await? {
            if body.len() + chunk.len() > self.limits.body {
                return Err(OutboundError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }
}

/// The name under which the circuit breaker knows a host.
fn host(url: &Url) -> String {
    url.origin().ascii_serialization()
}

async fn within<T>(deadline: Instant, step: impl Future<Output = reqwest::Result<T>>) -> Result<T, OutboundError> {
    match timeout_at(deadline, step).await {
        Err(_) => Err(OutboundError::TooSlow),
        Ok(result) => result.map_err(|e| match (e.is_connect(), e.is_timeout()) {
            (true, slow) => OutboundError::Unreachable { slow },
            (false, true) => OutboundError::TooSlow,
            (false, false) => OutboundError::Broken,
        }),
    }
}
