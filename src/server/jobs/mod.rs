//! Background work.

mod clock_set_back;
mod sweep;

pub use sweep::Sweep;
