//! Connectors: a folder for each outside system, which knows its OAuth flavor, its API and its errors. They get opened
//! secrets and return tokens and rows; they use neither storage nor the vault, and not each other.

pub mod activebuilding;
mod caller;
mod connector;
pub mod entrata;
mod error;
mod oauth;
pub mod octorate;
mod page;
pub mod rex;
