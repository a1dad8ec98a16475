//! Server-rendered HTML, one page per file. Pages make views of plain values and load nothing. Their text comes from
//! the catalog in `messages`.

pub mod account;
mod components;
pub mod confirm;
pub mod connected;
pub mod connection;
pub mod connections;
pub mod consent;
mod document;
pub mod error;
mod first_script;
pub mod history;
pub mod home;
mod identities;
pub mod login;
pub mod not_found;
pub mod properties;
pub mod property;
pub mod relaunch;
pub mod resident;
pub mod sessions;
mod shell;
mod sign_in_problem;
mod text;
pub mod unavailable;
pub mod visits;

pub use components::{Freshness, progress_step};
pub use document::{Document, Person, ProbeTicket};
pub use error::{ConnectFailure, PageError};
pub use identities::end_of;
pub use shell::{Files, shell};
use text::rich;
pub use text::{HasConnections, use_messages};

/// What the login page says above its form about what just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    None,
    /// The person declined the link; the sign-in was not kept.
    Declined,
    AccountDeleted,
    /// The requested page needs a session.
    NeedsSession,
}
