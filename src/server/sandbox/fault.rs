//! What can go wrong at the simulated Entrata, by name.
//!
//! Faults come in kinds (see `Group::kind`). One of a kind acts at a time; different kinds act together. Refusals, a 502 and a redirect
//! leave the code unspent; what spoils a finished answer (an HTML body, a cut answer, a dropped connection) comes after it was spent.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::known::{Group, KNOWN, Known};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
pub struct UnknownFault(pub String);

impl Fault {
    /// Every fault that the shell offers, in its order.
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(|known| known.fault)
    }

    pub(super) fn known(self) -> &'static Known {
        let same = |known: &&Known| std::mem::discriminant(&known.fault) == std::mem::discriminant(&self);
        KNOWN.iter().find(same).expect("every fault is in the list")
    }

    pub(super) fn group(self) -> Group {
        self.known().group
    }

    /// A delay of the whole answer, for a `match` that leaves delays out.
    pub(super) fn delay(self) -> Option<Duration> {
        if let Self::Slow(time) = self { Some(time) } else { None }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow(time) if time.subsec_nanos() == 0 => write!(f, "slow-{}s", time.as_secs()),
            Self::Slow(time) => write!(f, "slow-{}ms", time.as_millis()),
            other => f.write_str(other.known().name),
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        if let Some(known) = KNOWN.iter().find(|known| known.name == name) {
            return Ok(known.fault);
        }
        let time = name.strip_prefix("slow-").and_then(|time| {
            let (digits, unit): (_, fn(u64) -> Duration) = match time.strip_suffix("ms") {
                Some(digits) => (digits, Duration::from_millis),
                None => (time.strip_suffix('s')?, Duration::from_secs),
            };
            digits.parse::<u32>().ok().map(|number| unit(number.into()))
        });
        time.map(Self::Slow).ok_or_else(|| UnknownFault(name.to_owned()))
    }
}

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no fault or target is called {:?}", self.0)
    }
}

impl std::error::Error for UnknownFault {}
