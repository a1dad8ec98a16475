//! Handlers, one module for each area, each with its routes. A handler extracts, calls one domain function, maps the
//! result, and responds.

pub mod account;
pub mod connections;
pub mod events;
pub mod health;
pub mod landing;
mod launch;
pub mod provider;
pub mod records;
mod render_visit;
pub mod sessions;
pub mod sign_in;
pub mod visit;
