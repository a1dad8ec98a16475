//! The log of all requests, complete with secrets, so that tests can count refreshes and look for leaks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRequest {
    /// Counts up from 1.
    pub number: u64,
    /// Simulated time in seconds since 1970.
    pub at: i64,
    pub method: String,
    pub path: String,
    /// Not decoded.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// None if the connection was closed without an answer, and until the answer is sent.
    pub status: Option<u16>,
}

impl RecordedRequest {
    /// Returns a header's value. The name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// The newest requests come last. Holds at most 10,000 and drops the oldest ones. Clones share the log.
#[derive(Clone, Debug, Default)]
pub struct RequestLog(Arc<Mutex<Log>>);

#[derive(Debug, Default)]
struct Log {
    requests: Vec<RecordedRequest>,
    received: u64,
}

const MAX_REQUESTS: usize = 10_000;

impl RequestLog {
    /// Records a request when it arrives: its client may leave before the answer. Returns its number.
    pub(crate) fn push(&self, request: RecordedRequest) -> u64 {
        let mut log = self.log();
        if log.requests.len() == MAX_REQUESTS {
            log.requests.remove(0);
        }
        log.received += 1;
        let number = log.received;
        log.requests.push(RecordedRequest { number, ..request });
        number
    }

    pub(crate) fn set_status(&self, number: u64, status: u16) {
        let mut log = self.log();
        if let Some(request) = log.requests.iter_mut().rev().find(|request| request.number == number) {
            request.status = Some(status);
        }
    }

    /// Returns all requests, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<RecordedRequest> {
        self.log().requests.clone()
    }

    /// Counts the requests whose path ends in `path_end`.
    #[must_use]
    pub fn count(&self, path_end: &str) -> usize {
        self.log().requests.iter().filter(|request| request.path.ends_with(path_end)).count()
    }

    pub fn clear(&self) {
        self.log().requests.clear();
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
