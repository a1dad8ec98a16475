//! What every request passes, from outside in: log, headers (which dress errors as pages), panics, cross-site posts, session.

pub mod csrf;
pub mod headers;
pub mod log;
pub mod session;
