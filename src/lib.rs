//! Latchkey: an app for the Entrata App Store. `server` holds everything that runs on the server, `islands` the Rust
//! that ships to the browser.

pub mod islands;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;

/// Runs when the browser loads the WebAssembly module: hydrates the islands that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
