//! Rust that runs in the browser, as WebAssembly. Islands improve a page; every page works without them.

mod folding;
mod property_filter;

pub use folding::{fold_decomposed, matches};
pub use property_filter::PropertyFilter;
