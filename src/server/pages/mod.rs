//! Server-rendered HTML, a page a file. Pages are handed plain values and make views of them; they ask nobody for anything.

pub mod account;
mod components;
pub mod confirm;
pub mod error;
pub mod history;
pub mod home;
pub mod login;
pub mod not_found;
pub mod properties;
pub mod property;
pub mod relaunch;
pub mod resident;
pub mod sessions;
mod shell;
pub mod unavailable;
pub mod visits;

pub use components::{Freshness, progress_line, step};
pub use error::Trouble;
pub use shell::{Document, Files, Person, ProbeTicket, shell};

/// What a page says above its content, about what was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    None,
    /// The link was declined; nothing was kept of the sign-in.
    Declined,
    /// The account was deleted.
    Gone,
    /// The page asked for needs a session.
    NeedsSession,
}
