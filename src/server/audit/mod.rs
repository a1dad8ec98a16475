//! The audit: a record of sign-ins, links and changes, and of who made them. Rows are never changed.

mod history;
mod model;
mod sweep;

pub use history::{recent_history, whole_history};
pub use model::{AuditAction, AuditDetail, AuditEvent, AuditSubject, ClientInfo, SubjectIdentity};
pub use sweep::sweep;

use super::clock::Epoch;

/// Seconds that an event is stored.
pub const RETENTION: Epoch = 400 * 24 * 60 * 60;
