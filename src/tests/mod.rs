//! Tests that no single module owns: stories told against the sandbox's world, through the public router, with a real database file and
//! real HTTP to Entrata's side; and the rules of the house.

pub(crate) mod app;
mod architecture;
mod browser;
mod child;
mod leptos_options;
mod logs;
mod model;
mod query_plans;
mod stories;
mod supply_chain;
