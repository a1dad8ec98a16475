//! The launch: Entrata opens the app with a one-time code. Recognise it, exchange the code once, resolve who came, sign in or hold.
//! Refuses to do anything twice for one code.

mod code;
mod exchange;
mod limits;
mod recognise;
mod resolve;
mod running;

pub use code::Code;
pub use exchange::{Launches, Outcome};
pub use limits::{MOST_REFUSED, MOST_REFUSED_OF_SESSIONS, MOST_REFUSED_OF_SITE};
pub use recognise::{Recognised, recognise};
