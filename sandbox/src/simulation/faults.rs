//! What can go wrong in every simulated property system. A fault applies to the next requests whose path ends in a
//! given text.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A fault that any request can meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request is processed, and the connection closes without an answer.
    LostReply,
    /// The request is not processed and gets this status with a short text.
    Status(u16),
    /// The request is not processed and gets an HTML page with status 200, as from a maintenance page.
    Html,
    /// The request is not processed and gets an empty body with status 200.
    Empty,
    /// The request waits this long and is then processed.
    Slow(Duration),
    /// The request is processed, and the answer waits this long.
    Late(Duration),
    /// The request is processed, and half of the answer arrives.
    Cut,
}

impl Fault {
    /// Reads a fault's name: `lost-reply`, `html`, `empty`, `cut`, `slow` (10 seconds), `late` (50 milliseconds), or a
    /// status such as `503`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "lost-reply" => Self::LostReply,
            "html" => Self::Html,
            "empty" => Self::Empty,
            "cut" => Self::Cut,
            "slow" => Self::Slow(Duration::from_secs(10)),
            "late" => Self::Late(Duration::from_millis(50)),
            status => Self::Status(status.parse().ok().filter(|status| (400..600).contains(status))?),
        })
    }
}

/// The active faults. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Vec<Active>>>);

#[derive(Debug)]
struct Active {
    path_end: String,
    fault: Fault,
    left: u32,
}

impl Faults {
    /// Activates a fault for the next `times` requests whose path ends in `path_end`. An empty text matches all.
    pub fn set(&self, path_end: impl Into<String>, fault: Fault, times: u32) {
        self.active().push(Active { path_end: path_end.into(), fault, left: times });
    }

    pub fn clear(&self) {
        self.active().clear();
    }

    /// Returns the oldest fault for a request and counts it.
    pub(crate) fn take(&self, path: &str) -> Option<Fault> {
        let mut active = self.active();
        let index = active.iter().position(|active| active.left > 0 && path.ends_with(&active.path_end))?;
        active[index].left -= 1;
        let fault = active[index].fault;
        active.retain(|active| active.left > 0);
        Some(fault)
    }

    fn active(&self) -> MutexGuard<'_, Vec<Active>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
