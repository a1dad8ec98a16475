//! The faults. The catalog describes each, and an active fault applies to chosen methods.
//!
//! Faults that refuse a request (an error, a 502, a redirect) leave the auth code unused. Faults that corrupt a
//! finished response (an HTML body, a cut response, a dropped connection) apply after the code was used.

use std::fmt;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Slow(Duration),
    CodeExpired,
    CodeSpent,
    ClientUnknown,
    AddressRefused,
    ErrorIn200,
    OuterCodeError,
    OuterCodeOnly,
    BareError,
    ErrorCodeAsText,
    SuspendedClient,
    Transient,
    TooManyRequests,
    Status503,
    Status502,
    Redirect,
    HtmlBody,
    TruncatedJson,
    EmptyBody,
    HugeBody,
    Dropped,
    StatusFollowsCode,
    IdAsText,
    IdAsFloat,
    IdNull,
    IdEmpty,
    IdMissing,
    IdAsObject,
    IdAsBool,
    ExpiresInAsText,
    ExpiresInMissing,
    SubdomainMissing,
    SubdomainNotALabel,
    PropertiesNull,
    PropertiesMissing,
    PropertiesOneObject,
    PropertiesKeyedById,
    TooManyNoWait,
    Unauthorized,
    Forbidden,
    ServerError,
    PropertyForbidden,
    Status500,
    ConnectionCut,
    Stalled,
    HugeStream,
    DeepNesting,
    WrongFormat,
    ContentTypeHtml,
    RequestIdMissing,
    RequestIdOther,
    CodeMissing,
    CodeAsText,
    NoRecords,
    ListOneObject,
    ListKeyedById,
    ListNull,
    ListMissing,
    ListEmptyText,
    RowIdsAsText,
    RowIdsAsNumbers,
    RowIdsMissing,
    RowsTwice,
    FieldsMissing,
    FieldsNull,
    FieldsUnknown,
    PhonesInList,
    ValuesAsObjects,
    MoneyAsNumber,
    MoneyOdd,
    PagingIgnored,
    PageRepeats,
    PageLinksMissing,
    PageLinksElsewhere,
    TotalCountWrong,
    TotalCountOfPage,
    TotalCountOnly,
    PageLinksOdd,
    PageLinksForeign,
    PagesOfAHundred,
    RightsIgnored,
    RateHeadersMissing,
    RateHeadersOdd,
    RateHeadersExhausted,
}

/// No fault or target has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName(pub(crate) String);

impl Fault {
    /// Returns the delay that this fault adds to the response.
    pub(crate) fn delay(self) -> Option<Duration> {
        if let Self::Slow(time) = self { Some(time) } else { None }
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no fault or target named {:?}", self.0)
    }
}

impl std::error::Error for UnknownName {}
