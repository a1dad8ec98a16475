//! Tests that no single module owns: stories against the sandbox, through the public router, with a real database file
//! and real HTTP to the simulated Entrata; and checks of the repository itself.

pub(crate) mod app;
mod architecture;
mod browser;
mod child;
mod connections;
mod leptos_options;
pub(crate) mod logs;
mod model;
mod octorate;
mod query_plans;
mod rex;
mod stories;
mod supply_chain;
mod syncaroo;
mod systems;
