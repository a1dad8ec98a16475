//! The readers of answers, for the fuzz target.

use super::{Cursor, Format, List, list, replies, rows};
use crate::server::{
    connectors::{Batch, ConnectorError},
    outbound::Answer,
    property_data::{Place, PlaceItem},
};

/// Reads a list as offices or, if `properties`, as properties.
///
/// # Errors
/// As the connector's.
pub fn places(answer: &Answer, format: Format, properties: bool) -> Result<Batch<Place>, ConnectorError> {
    let list = if properties { List::Properties } else { List::Offices };
    let read_row = if properties { rows::property } else { rows::office };
    list::read(answer, format, 1)?.batch(Cursor::first(list), read_row)
}

/// # Errors
/// As the connector's.
pub fn items(answer: &Answer, format: Format) -> Result<Batch<PlaceItem>, ConnectorError> {
    list::read(answer, format, 1)?.batch(Cursor::first(List::Associates), rows::associate)
}

/// Returns the token and its life in seconds.
///
/// # Errors
/// As the connector's.
pub fn token(answer: &Answer, format: Format) -> Result<(secrecy::SecretString, Option<i64>), ConnectorError> {
    replies::read_token(answer, format).map(|token| (token.secret, token.life.map(replies::Seconds::get)))
}

/// Whether the keys are accepted.
///
/// # Errors
/// As the connector's.
pub fn client(answer: &Answer, format: Format) -> Result<(), ConnectorError> {
    replies::read_client(answer, format)
}

/// Whether the token is accepted.
///
/// # Errors
/// As the connector's.
pub fn token_status(answer: &Answer, format: Format) -> Result<bool, ConnectorError> {
    replies::read_token_status(answer, format).map(|status| matches!(status, replies::TokenStatus::Valid { .. }))
}
