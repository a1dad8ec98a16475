//! Everything that runs on the server. Dependencies run one way: `cli → web → {pages, domain} →
//! {storage, vault, connectors} → outbound`.

pub mod account;
pub mod account_management;
pub mod activation;
pub mod audit;
mod circuit_breaker;
pub mod cli;
pub mod clock;
pub mod company;
pub mod config;
pub mod connection;
pub mod connectors;
pub mod core;
mod csv;
pub mod data_export;
pub mod digest;
#[cfg(any(test, feature = "fuzz"))]
pub mod fuzz;
pub mod identity;
pub mod ids;
pub mod jobs;
pub mod launch;
pub mod link_management;
pub mod maintenance;
pub mod messages;
pub mod metrics;
pub mod outbound;
pub mod pages;
pub mod property_data;
pub mod provider;
pub mod rate_limit;
pub mod ready;
mod recent;
pub mod records;
pub mod refusals;
pub mod rng;
pub mod rotation;
pub mod storage;
pub mod text;
pub mod urls;
pub mod vault;
pub mod visit;
pub mod web;
pub mod workers;
