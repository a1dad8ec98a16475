//! Latchkey: an app for the Entrata App Store. `server` is everything that runs on the server, `islands` the Rust that ships to the
//! browser.

pub mod islands;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;

/// What the browser's half does when it is loaded: wires up the islands that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
