//! What a webhook's `apiUrl` led to.

use url::Url;

use super::{address, page, records};
use crate::server::{
    connectors::{Announced, ConnectorError},
    outbound::Answer,
    property_data::is_id,
};

/// Reads the answer to a GET of `url`. Its path says what it holds.
///
/// # Errors
/// [`ConnectorError::NotUnderstood`] when locations or resources have another form than Syncaroo's lists.
pub fn read(base: &Url, url: &Url, answer: &Answer) -> Result<Announced, ConnectorError> {
    match address::resource_path(url).as_slice() {
        ["locations"] | ["locations", _] => {
            let page = page::read(base, url, 1, answer)?;
            Ok(Announced::Places(page.batch(|record| records::place(record, url))))
        }
        ["locations", place, "resources"] | ["locations", place, "resources", _] if is_id(place) => {
            let page = page::read(base, url, 1, answer)?;
            let batch = page.batch(|record| records::item(record, url));
            Ok(Announced::Items { place: (*place).to_owned(), batch })
        }
        _ => Ok(Announced::Other),
    }
}
