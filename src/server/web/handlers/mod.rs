//! A handler has four moves: extract, call one domain function, map, answer.

pub mod account;
pub mod confirm;
pub mod cookie_probe;
pub mod download;
pub mod events;
pub mod health;
pub mod history;
pub mod landing;
mod launch;
pub mod open_in_new_tab;
pub mod pending;
pub mod records;
mod render_visit;
pub mod sessions;
pub mod sign_in;
pub mod visit;
