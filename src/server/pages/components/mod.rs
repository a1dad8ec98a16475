//! Components that several pages share.

mod ago;
mod banner;
mod blocked_companies;
mod entrata_steps;
mod field;
mod freshness;
mod listing;
mod mark;
mod navigation;
mod signed_in;

pub use ago::Ago;
pub use banner::{Banner, BannerKind};
pub use blocked_companies::BlockedCompanies;
pub use entrata_steps::EntrataSteps;
pub use field::{Field, YourPassword};
pub use freshness::{Freshness, ListStatus, Refresh, progress_step};
pub use listing::{Cell, Column, DownloadLinks, Listing, NoMatch, Pager, Rows, Search};
pub use mark::Mark;
pub use navigation::Navigation;
pub use signed_in::SignedIn;
