//! Where a list continues: the number of the next page in the order of reading, and its path and query. The host is not
//! part of it: it is always the configured one.

use url::Url;

use super::address;
use crate::server::connectors::ConnectorError;

const INVALID: ConnectorError = ConnectorError::NotUnderstood("the position in the list is not valid");

/// Returns the cursor of the page with this number.
pub fn write(number: u64, url: &Url) -> String {
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{number} {}{query}", url.path())
}

/// Returns the number and the address of the page that a cursor names, or of the first page if there is none.
///
/// # Errors
/// [`ConnectorError::NotUnderstood`] for a text that [`write`] did not return.
pub fn resume(base: &Url, cursor: Option<&str>, first: impl FnOnce() -> Url) -> Result<(u64, Url), ConnectorError> {
    let Some(cursor) = cursor else { return Ok((1, first())) };
    let (number, target) = cursor.split_once(' ').ok_or(INVALID)?;
    let number = number.parse().map_err(|_| INVALID)?;
    if !target.starts_with('/') {
        return Err(INVALID);
    }
    let origin = base.origin().ascii_serialization();
    let url = address::allowed(base, &format!("{origin}{target}")).ok_or(INVALID)?;
    Ok((number, url))
}
