//! Sends a connector's requests and records each call, so that a connection's log can show what was asked and answered.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::header::HeaderMap;

use super::ConnectorError;
use crate::server::{
    clock::Clock,
    outbound::{Answer, Outbound, Request},
};

/// Headers in which the systems name a request, so that their support can find it.
const REQUEST_ID_HEADERS: [&str; 4] = ["request-id", "x-request-id", "gt-tracker-id", "x-correlation-id"];
/// Longest request id that is stored, in bytes.
const MAX_REQUEST_ID: usize = 64;

/// The client that a connector's calls go through: one for each step, such as a refresh or a page of a list.
#[derive(Debug)]
pub struct Caller {
    outbound: Outbound,
    clock: Clock,
    calls: Mutex<Vec<CallRecord>>,
}

/// One call, without address, body or secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// What the call does, such as `refresh`: a code, which the pages translate.
    pub operation: &'static str,
    /// None if there was no answer.
    pub status: Option<u16>,
    pub took: Duration,
    /// The system's own id of the request, if it gave one.
    pub request_id: Option<String>,
}

impl Caller {
    pub fn new(outbound: Outbound, clock: Clock) -> Self {
        Self { outbound, clock, calls: Mutex::default() }
    }

    /// The time, which expiry times are counted from.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Sends a request and reads the complete answer, within the outbound client's time and size limits. Any HTTP
    /// status is an answer, not an error.
    ///
    /// # Errors
    /// When there is no complete answer.
    pub async fn send(&self, operation: &'static str, request: Request<'_>) -> Result<Answer, ConnectorError> {
        let started = self.clock.uptime();
        let result = match self.outbound.begin(request.url()) {
            Ok(deadline) => self.outbound.send(request, deadline).await,
            Err(e) => Err(e),
        };
        let answer = result.as_ref().ok();
        let record = CallRecord {
            operation,
            status: answer.map(|answer| answer.status.as_u16()),
            took: self.clock.uptime().saturating_sub(started),
            request_id: answer.and_then(|answer| request_id(&answer.headers)),
        };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(record);
        Ok(result?)
    }

    /// Returns the calls made so far, oldest first, and forgets them.
    pub fn take_calls(&self) -> Vec<CallRecord> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Returns the system's id of the request, if it is short and printable: it goes to logs and pages.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let value = REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(*name))?.to_str().ok()?.trim();
    let is_safe = !value.is_empty() && value.len() <= MAX_REQUEST_ID && value.bytes().all(|b| b.is_ascii_graphic());
    is_safe.then(|| value.to_owned())
}
