//! A handler has four moves: extract, call one domain function, map, answer.

pub mod confirm;
pub mod download;
pub mod echo;
pub mod entrance;
pub mod health;
pub mod held;
mod launch;
pub mod sessions;
mod show;
pub mod sign_in;
pub mod tab;
pub mod visit;
