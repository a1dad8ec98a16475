//! All that is shipped to the browser. Islands make a page nicer; every page works without them.

mod property_filter;

pub use property_filter::{PropertyFilter, matches};
