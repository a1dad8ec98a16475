//! All Rust that ships to the browser. Islands make a page more convenient; every page works without them.

mod folding;
mod property_filter;

pub use folding::{fold_decomposed, matches};
pub use property_filter::{FilterTexts, PropertyFilter, SHOWN};
