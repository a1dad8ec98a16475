//! The outside property systems: what each one's OAuth and web services look like on the wire.

pub mod entrata;
