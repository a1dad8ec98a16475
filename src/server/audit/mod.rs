//! What is written down about sign-ins, links and changes, and who did it. Rows are never changed.

mod model;

pub use model::{AuditAction, AuditEvent, AuditSubject, ClientInfo, SubjectIdentity};
