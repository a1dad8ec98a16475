//! Deletes expired rows, once a minute.

mod clock_set_back;
mod sweep;

pub use sweep::Sweep;
