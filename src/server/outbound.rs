//! The one HTTP client for everything outside: short time-outs, no redirects, a cap on every body, warm connections.
//! It says of every failure whether anything had been sent, because a code that was never sent may be used again. A host that does not
//! answer is left alone for a moment (`breaker.rs`).

use std::{future::Future, time::Duration};

use hyper::body::Bytes;
use reqwest::{
    Client, StatusCode,
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use url::Url;
use zeroize::Zeroizing;

use super::clock::Clock;
use crate::server::circuit_breaker::Breaker;

/// How long somebody who waits in a frame is made to wait, and how much is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For the connection to stand.
    pub connect: Duration,
    /// For all calls of one step together.
    pub whole: Duration,
    /// Bytes of one body.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(2), whole: Duration::from_secs(8), body: 256 * 1024 }
    }
}

impl Limits {
    /// For `getUserInfo`, which lists every property that the user may see: about 160 bytes each.
    pub fn for_user_info(self) -> Self {
        Self { body: 4 * 1024 * 1024, ..self }
    }

    /// For a company's data: more comes in one answer (a property's leases are 1 to 3 MB), and nobody waits in a launch for it.
    pub fn for_data(self) -> Self {
        Self { whole: self.whole * 5 / 2, body: 32 * 1024 * 1024, ..self }
    }
}

/// Why no answer came. None of these texts holds an address, a header or a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboundError {
    /// No connection stood, so nothing was sent; `slow` when it was given up waiting.
    Unreachable { slow: bool },
    /// Sent, and no whole answer within the time limit.
    TooSlow,
    /// Sent, and the connection broke.
    Broken,
    /// The answer is larger than the cap.
    TooLarge,
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

#[cfg(any(test, feature = "fuzz"))]
impl Answer {
    /// One that nobody sent.
    pub fn new(status: StatusCode, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into() }
    }
}

/// What is posted: a body, as what it says it is, with `bearer` in `Authorization` where there is one.
#[derive(Debug)]
pub struct Post<'a> {
    pub url: &'a Url,
    pub content_type: &'static str,
    pub body: Bytes,
    pub bearer: Option<&'a SecretString>,
    /// Further headers.
    pub headers: &'a [(&'static str, &'static str)],
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
        // A second install is refused, which is as good: the provider stands.
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

    /// Begins a step, of one call to a host or of several that belong together: when it has to be over.
    ///
    /// # Errors
    /// [`OutboundError::Unreachable`] while the host is left alone because it does not answer.
    pub fn begin(&self, url: &Url) -> Result<Instant, OutboundError> {
        if !self.breaker.allows(&host(url)) {
            return Err(OutboundError::Unreachable { slow: false });
        }
        Ok(Instant::now() + self.limits.whole)
    }

    /// The same client with other limits; what it knows of dead hosts is shared.
    pub fn under(&self, limits: Limits) -> Self {
        Self { limits, ..self.clone() }
    }

    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Posts `body` as JSON, with `bearer` in `Authorization` where there is one.
    ///
    /// # Errors
    /// See [`OutboundError`]; any HTTP status is an answer, not an error.
    pub async fn post_json(
        &self,
        url: &Url,
        body: &Value,
        bearer: Option<&SecretString>,
        deadline: Instant,
    ) -> Result<Answer, OutboundError> {
        let body = body.to_string().into();
        self.post(Post { url, content_type: "application/json", body, bearer, headers: &[] }, deadline).await
    }

    /// Posts, and takes the answer whole.
    ///
    /// # Errors
    /// See [`OutboundError`]; any HTTP status is an answer, not an error.
    pub async fn post(&self, post: Post<'_>, deadline: Instant) -> Result<Answer, OutboundError> {
        let host = host(post.url);
        let answer = self.ask(post, deadline).await;
        self.breaker.record(&host, !matches!(answer, Err(OutboundError::Unreachable { .. } | OutboundError::TooSlow)));
        answer
    }

    async fn ask(&self, post: Post<'_>, deadline: Instant) -> Result<Answer, OutboundError> {
        let Post { url, content_type, body, bearer, headers } = post;
        let mut request = self.client.post(url.clone()).header(CONTENT_TYPE, content_type).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = bearer {
            let text = Zeroizing::new(format!("Bearer {}", token.expose_secret()).into_bytes());
            let mut value =
                HeaderValue::from_maybe_shared(Bytes::from_owner(text)).map_err(|_| OutboundError::Broken)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let mut response = within(deadline, request.send()).await?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        // What the answer says of its length is believed up to a part of what it may have: it grows by doubling from there.
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

/// What the breaker knows a host by.
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
