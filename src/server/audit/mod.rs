//! What is written down about sign-ins, links and changes, and who did it. Rows are never changed.

mod model;
mod sweep;

pub use model::{AuditAction, AuditEvent, AuditSubject, ClientInfo, SubjectIdentity};
pub use sweep::sweep;

use super::clock::Epoch;

/// Seconds that an event is stored.
pub const RETENTION: Epoch = 400 * 24 * 60 * 60;
