//! Faults: what can go wrong, for which methods, and which faults are active.

mod active;
mod catalog;
mod fault;
mod target;

pub use active::Times;
pub(crate) use active::{ActiveFault, ActiveFaults};
pub(crate) use catalog::{CATALOG, Category};
pub use fault::{Fault, UnknownName};
pub use target::Target;
