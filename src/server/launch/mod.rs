//! The launch: Entrata opens the app with a one-time code. Recognizes the code, exchanges it once, and begins a
//! visit. Never does anything twice for one code.

mod code;
mod exchange;
mod launches;
mod limits;
mod outcome;
mod recognize;
mod replay;
mod resolve;
mod running;
mod sweep;

pub use code::Code;
pub use launches::Launches;
pub use limits::{MOST_REFUSED, MOST_REFUSED_OF_SESSIONS, MOST_REFUSED_OF_SITE};
pub use outcome::{LaunchError, LaunchOutcome, OpenedVisit};
pub use recognize::{Recognized, recognize};
pub use sweep::sweep;
