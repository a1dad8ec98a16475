//! The one HTTP client for everything outside: short time-outs, no redirects, a cap on every body, warm connections.
//! It says of every failure whether anything had been sent, because a code that was never sent may be used again. A host that does not
//! answer is left alone for a moment (`breaker.rs`).

use std::{future::Future, time::Duration};

use reqwest::{
    Client, StatusCode,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::{breaker::Breaker, clock::Clock};

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

/// Why no answer came. None of these texts holds an address, a header or a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
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
    pub body: Vec<u8>,
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
    /// [`Failure::Unreachable`] while the host is left alone because it does not answer.
    pub fn begin(&self, url: &Url) -> Result<Instant, Failure> {
        if !self.breaker.lets_through(&host(url)) {
            return Err(Failure::Unreachable { slow: false });
        }
        Ok(Instant::now() + self.limits.whole)
    }

    /// Posts `body` as JSON, with `bearer` in `Authorization` where there is one.
    ///
    /// # Errors
    /// See [`Failure`]; any HTTP status is an answer, not an error.
    pub async fn post_json(
        &self,
        url: &Url,
        body: &Value,
        bearer: Option<&SecretString>,
        deadline: Instant,
    ) -> Result<Answer, Failure> {
        let answer = self.ask(url, body, bearer, deadline).await;
        self.breaker.ended(&host(url), !matches!(answer, Err(Failure::Unreachable { .. } | Failure::TooSlow)));
        answer
    }

    async fn ask(
        &self,
        url: &Url,
        body: &Value,
        bearer: Option<&SecretString>,
        deadline: Instant,
    ) -> Result<Answer, Failure> {
        let mut headers = HeaderMap::new();
        if let Some(token) = bearer {
            let mut value =
                HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(|_| Failure::Broken)?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let request = self.client.post(url.clone()).headers(headers).json(body).send();
        let mut response = within(deadline, request).await?;
        let status = response.status();
        let mut body =
            Vec::with_capacity(usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(0).min(8192));
        while let Some(chunk) = within(deadline, response.chunk()).await? {
            if body.len() + chunk.len() > self.limits.body {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }
}

/// What the breaker knows a host by.
fn host(url: &Url) -> String {
    url.origin().ascii_serialization()
}

async fn within<T>(deadline: Instant, step: impl Future<Output = reqwest::Result<T>>) -> Result<T, Failure> {
    match timeout_at(deadline, step).await {
        Err(_) => Err(Failure::TooSlow),
        Ok(result) => result.map_err(|e| match (e.is_connect(), e.is_timeout()) {
            (true, slow) => Failure::Unreachable { slow },
            (false, true) => Failure::TooSlow,
            (false, false) => Failure::Broken,
        }),
    }
}
