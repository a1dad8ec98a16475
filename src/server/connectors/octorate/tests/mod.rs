//! Addresses, and tables of answers for the readers. `src/tests/octorate.rs` calls the simulator.

mod addresses;
mod dates;
mod errors;
mod lists;
mod tokens;

use reqwest::StatusCode;

use crate::server::{clock::Epoch, outbound::Answer};

/// 2020-03-17T17:00:00Z, 2,511 seconds before the date in the vendor's samples.
const NOW: Epoch = 1_584_464_400;

fn answer(status: u16, body: &str) -> Answer {
    Answer::new(StatusCode::from_u16(status).unwrap(), body)
}
