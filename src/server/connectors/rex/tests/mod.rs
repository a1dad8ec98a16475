//! The vendor's samples and hostile answers. `src/tests/rex.rs` has the calls over HTTP to the simulator.

mod credentials;
mod eastern;
mod keys;
mod lists;
mod requests;
mod samples;

use reqwest::StatusCode;

use super::{Format, Keys};
use crate::server::{connectors::ConnectorError, outbound::Answer};

/// The sample keys of the vendor's page.
fn sample_keys() -> Keys {
    Keys::read("10D35802-C92A-42B3-88FC-A4489A3CD619", "666E465A-6012-45B9-AA1E-ADDD728F61DE", "1005001").unwrap()
}

fn ok(body: &str) -> Answer {
    Answer::new(StatusCode::OK, body)
}

fn answer(status: u16, body: &str) -> Answer {
    Answer::new(StatusCode::from_u16(status).unwrap(), body)
}

fn is_not_understood<T>(result: &Result<T, ConnectorError>) -> bool {
    matches!(result, Err(ConnectorError::NotUnderstood(_)))
}
