//! JSON or XML, whichever the operator chose. Both give the same records.

use super::{
    json,
    record::{Record, RecordList},
    xml,
};
use crate::server::{
    connectors::{ConnectorError, xml::NotReadable},
    outbound::Answer,
};

/// What `Accept` asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Json,
    Xml,
}

impl Format {
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "application/xml; charset=utf-8",
        }
    }

    /// Reads a reply. `root` names its element in XML.
    ///
    /// # Errors
    /// [`ConnectorError::NotUnderstood`] with `what`.
    pub(super) fn record(self, answer: &Answer, root: &str, what: &'static str) -> Result<Record, ConnectorError> {
        let record = match self {
            Self::Json => json::record(without_mark(&answer.body)),
            Self::Xml => xml::record(without_mark(&answer.body), root),
        };
        record.map_err(|NotReadable| ConnectorError::NotUnderstood(what))
    }

    /// Reads a page of a list.
    ///
    /// # Errors
    /// [`ConnectorError::NotUnderstood`].
    pub(super) fn list(self, answer: &Answer) -> Result<RecordList, ConnectorError> {
        let list = match self {
            Self::Json => json::list(without_mark(&answer.body)),
            Self::Xml => xml::list(without_mark(&answer.body)),
        };
        list.map_err(|NotReadable| ConnectorError::NotUnderstood("the list is not of the expected form"))
    }
}

/// Whether the API itself wrote an answer, in either format. Proxies and firewalls answer in HTML or plain text.
pub(super) fn is_from_api(answer: &Answer) -> bool {
    let body = without_mark(&answer.body);
    json::is_answer(body) || xml::is_answer(body)
}

/// Removes the byte order mark that .NET may write.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}
