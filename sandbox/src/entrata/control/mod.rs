//! The control API: handlers for the shell's script, browser tests and black-box checks. The module `entrata` documents
//! its URLs and JSON.

pub(crate) mod codes;
pub(crate) mod events;
pub(crate) mod faults;
pub(crate) mod requests;
mod response;
pub(crate) mod services;
pub(crate) mod simulation;
