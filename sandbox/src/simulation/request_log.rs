//! The log of all requests, complete with secrets, so that tests can count refreshes and look for leaks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRequest {
    /// Simulated time in seconds since 1970.
    pub at: i64,
    pub method: String,
    pub path: String,
    /// Not decoded.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// None if the connection was closed without an answer.
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
pub struct RequestLog(Arc<Mutex<Vec<RecordedRequest>>>);

const MAX_REQUESTS: usize = 10_000;

impl RequestLog {
    pub(crate) fn push(&self, request: RecordedRequest) {
        let mut log = self.log();
        if log.len() == MAX_REQUESTS {
            log.remove(0);
        }
        log.push(request);
    }

    /// Returns all requests, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<RecordedRequest> {
        self.log().clone()
    }

    /// Counts the requests whose path ends in `path_end`.
    #[must_use]
    pub fn count(&self, path_end: &str) -> usize {
        self.log().iter().filter(|request| request.path.ends_with(path_end)).count()
    }

    pub fn clear(&self) {
        self.log().clear();
    }

    fn log(&self) -> MutexGuard<'_, Vec<RecordedRequest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
