//! A handler has four moves: extract, call one domain function, map, answer.

pub mod account;
pub mod confirm;
pub mod download;
pub mod echo;
pub mod entrance;
pub mod events;
pub mod health;
pub mod held;
pub mod history;
mod launch;
pub mod records;
pub mod sessions;
mod show;
pub mod sign_in;
pub mod tab;
pub mod visit;
