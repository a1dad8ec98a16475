//! The HTTP layer: routes, layers, extractors and handlers.

mod address_limit;
mod admin;
mod assets;
mod attachment;
mod connections;
mod cookies;
mod error;
mod extract;
mod files;
mod handlers;
mod layers;
mod limits;
mod offload;
mod page;
mod router;
mod script;
mod state;

pub use admin::admin;
pub use assets::Assets;
pub use connections::{Limits as ConnectionLimits, allowed as connections_allowed, serve};
pub use router::{guarded, router};
pub use state::App;

pub use crate::server::records::LONGEST_WAIT;

// For the fuzz targets.
#[cfg(any(test, feature = "fuzz"))]
pub(super) use {
    cookies::{browser_key, session_ids},
    extract::Fields,
    script::bearer,
};
