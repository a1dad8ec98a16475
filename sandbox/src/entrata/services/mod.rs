//! Entrata's web services: `getProperties`, `getCustomers` and `getLeases`.
//!
//! The state is locked to check a call and to find its list. Rows are then generated one by one without the lock, and
//! only their text is kept.

mod customer;
mod envelope;
mod handler;
mod lease;
mod list;
mod lookup;
mod names;
mod page;
mod property;
mod request;
mod residents;
mod row_faults;
mod running_call;

pub(crate) use handler::service;
