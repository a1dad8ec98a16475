//! The layers around the routes. From the outside in: the log, headers and error pages, panics, cross-site posts, and
//! the session.

pub mod csrf;
pub mod headers;
pub mod log;
pub mod session;

mod error_page;
