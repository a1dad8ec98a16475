//! All that is shipped to the browser. Islands make a page nicer; every page works without them.

mod folding;
mod property_filter;

pub use folding::{fold_decomposed, matches};
pub use property_filter::PropertyFilter;
