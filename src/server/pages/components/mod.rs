//! Pieces that several pages share.

mod ago;
mod field;
mod freshness;
mod kept_out;
mod listing;
mod mark;
mod message;
mod steps;

pub use ago::Ago;
pub use field::Field;
pub use freshness::{Freshness, Refresh, Standing, progress_line, step};
pub use kept_out::AreKeptOut;
pub use listing::{Cell, Column, Listing, NoMatch, Pager, Search, TakeAway, grouped};
pub use mark::Mark;
pub use message::{Message, Tone};
pub use steps::Steps;
