//! Pieces that several pages share.

mod ago;
mod blocked_companies;
mod field;
mod freshness;
mod listing;
mod mark;
mod message;
mod steps;

pub use ago::Ago;
pub use blocked_companies::BlockedCompanies;
pub use field::Field;
pub use freshness::{Freshness, Refresh, Standing, progress_line, step};
pub use listing::{Cell, Column, Listing, NoMatch, Pager, Search, TakeAway, grouped};
pub use mark::Mark;
pub use message::{Message, Tone};
pub use steps::Steps;
