//! The readers of answers, for the fuzz target.

use url::Url;

use super::{page, records, token};
use crate::server::{
    connectors::{Batch, ConnectorError, Grant},
    outbound::Answer,
    property_data::{Place, PlaceItem},
};

/// Reads an answer of `/token` at the time 0.
pub fn read_tokens(answer: &Answer) -> Result<Grant, ConnectorError> {
    token::read(answer, 0)
}

/// Reads the first page of locations of the API at `base`.
pub fn read_locations(base: &Url, answer: &Answer) -> Result<Batch<Place>, ConnectorError> {
    let url = super::address::locations(base);
    Ok(page::read(base, &url, 1, answer)?.batch(|record| records::place(record, &url)))
}

/// Reads the first page of the resources of location 7.
pub fn read_resources(base: &Url, answer: &Answer) -> Result<Batch<PlaceItem>, ConnectorError> {
    let url = super::address::resources(base, "7")?;
    Ok(page::read(base, &url, 1, answer)?.batch(|record| records::item(record, &url)))
}
