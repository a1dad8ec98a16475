//! What a webhook's `apiUrl` led to.

use url::Url;

use super::{address, page, records};
use crate::server::{
    connectors::{Batch, ConnectorError},
    outbound::Answer,
    property_data::{Place, PlaceItem, is_id},
};

/// The rows that were read. If they go on, [`Batch::next`] is a position for `places` or `items`.
#[derive(Debug, Clone)]
pub enum UpdateContent {
    Places(Batch<Place>),
    Items {
        /// The id of the place that they belong to.
        place: String,
        batch: Batch<PlaceItem>,
    },
    /// Anything else, such as rates or availability, which are not stored.
    Other,
}

/// Reads the answer to a GET of `url`. Its path says what it holds.
///
/// # Errors
/// [`ConnectorError::NotUnderstood`] when locations or resources have another form than Syncaroo's lists.
pub fn read(base: &Url, url: &Url, answer: &Answer) -> Result<UpdateContent, ConnectorError> {
    match address::resource_path(url).as_slice() {
        ["locations"] | ["locations", _] => {
            let page = page::read(base, url, 1, answer)?;
            Ok(UpdateContent::Places(page.batch(|record| records::place(record, url))))
        }
        ["locations", place, "resources"] | ["locations", place, "resources", _] if is_id(place) => {
            let page = page::read(base, url, 1, answer)?;
            let batch = page.batch(|record| records::item(record, url));
            Ok(UpdateContent::Items { place: (*place).to_owned(), batch })
        }
        _ => Ok(UpdateContent::Other),
    }
}
