//! Everything that runs on the server. Dependencies run one way: `cli → http → {pages, domain} → {db, vault, entrata} → outbound`.

pub mod account;
pub mod activation;
mod breaker;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod config;
mod csv;
pub mod db;
pub mod digest;
pub mod entrata;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
pub mod http;
pub mod identity;
pub mod launch;
pub mod limit;
pub mod metrics;
pub mod outbound;
pub mod pages;
pub mod ready;
mod recent;
pub mod records;
pub mod refusals;
pub mod rotation;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod text;
pub mod vault;
pub mod visit;
pub mod workers;
