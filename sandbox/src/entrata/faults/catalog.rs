//! Describes every fault: its name, label, category, and which methods can have it.
//!
//! Only one fault per category is active for a method. Faults of different categories apply together.

use std::fmt;
use std::mem::discriminant;
use std::str::FromStr;
use std::time::Duration;

use Category::*;

use super::fault::{Fault, UnknownName};
use super::target::Target;

/// The headings under which the shell lists the faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Delay,
    Refused,
    Broken,
    Status,
    Format,
    UserId,
    Lifetime,
    Subdomain,
    Properties,
    Envelope,
    List,
    Rows,
    Fields,
    Money,
    Paging,
    PageSize,
    Rights,
    Rates,
}

pub(crate) struct CatalogEntry {
    pub(crate) fault: Fault,
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) category: Category,
    /// The methods that can have it. `None`: all.
    pub(crate) only: Option<Target>,
}

const TOKEN: Option<Target> = Some(Target::Token);
const INFO: Option<Target> = Some(Target::UserInfo);
const SIGN_IN: Option<Target> = Some(Target::SignIn);
const DATA: Option<Target> = Some(Target::Services);
const LEASES: Option<Target> = Some(Target::Leases);

const fn entry(
    fault: Fault,
    name: &'static str,
    category: Category,
    only: Option<Target>,
    label: &'static str,
) -> CatalogEntry {
    CatalogEntry { fault, name, label, category, only }
}

/// In the shell's order. `slow-…` also takes other times: `slow-250ms`, `slow-7s`.
#[rustfmt::skip]
pub(crate) const CATALOG: &[CatalogEntry] = &[
    entry(Fault::Slow(Duration::from_secs(1)), "slow-1s", Delay, None, "1 second"),
    entry(Fault::Slow(Duration::from_secs(5)), "slow-5s", Delay, None, "5 seconds"),
    entry(Fault::Slow(Duration::from_secs(20)), "slow-20s", Delay, None, "20 seconds"),
    entry(Fault::CodeExpired, "code-expired", Refused, TOKEN, "The code has expired"),
    entry(Fault::CodeSpent, "code-spent", Refused, TOKEN, "The code was already used"),
    entry(Fault::ClientUnknown, "client-unknown-401", Refused, TOKEN, "The client id or secret is wrong (401)"),
    entry(Fault::AddressRefused, "address-refused-403", Refused, TOKEN, "The app's address is not allowed (HTTP 403)"),
    entry(Fault::SuspendedClient, "suspended-client", Refused, None, "The company has not enabled the app (1403)"),
    entry(Fault::Transient, "transient-310", Refused, None, "Try again later (310)"),
    entry(Fault::TooManyRequests, "too-many-requests", Refused, None, "Too many requests (HTTP 429)"),
    entry(Fault::ErrorIn200, "error-in-200", Refused, None, "An error inside a 200"),
    entry(Fault::OuterCodeError, "outer-code-error", Refused, None, "Error with a second, outer code"),
    entry(Fault::OuterCodeOnly, "outer-code-only", Refused, None, "Outer code, no error object"),
    entry(Fault::BareError, "bare-error", Refused, None, "Error without its envelope"),
    entry(Fault::ErrorCodeAsText, "error-code-as-text", Refused, None, "Error code written as text"),
    entry(Fault::TooManyNoWait, "too-many-without-retry-after", Refused, None, "Too many requests, no Retry-After"),
    entry(Fault::Unauthorized, "unauthorized-401", Refused, None, "The access token is refused (401)"),
    entry(Fault::Forbidden, "forbidden-403", Refused, DATA, "The call is not allowed (403)"),
    entry(Fault::ServerError, "server-error-500", Refused, None, "Error 500 in its envelope, HTTP 500"),
    entry(Fault::PropertyForbidden, "property-forbidden-311", Refused, DATA, "The app may not read the property (311)"),
    entry(Fault::Status500, "status-500", Broken, None, "Internal error, an HTML page (HTTP 500)"),
    entry(Fault::Status503, "status-503", Broken, None, "Service unavailable (HTTP 503)"),
    entry(Fault::Status502, "status-502", Broken, None, "Bad gateway (HTTP 502)"),
    entry(Fault::Redirect, "redirect", Broken, None, "Redirect to another path (302)"),
    entry(Fault::HtmlBody, "html-body", Broken, None, "An HTML page, status 200"),
    entry(Fault::TruncatedJson, "truncated-json", Broken, None, "JSON cut off in the middle"),
    entry(Fault::EmptyBody, "empty-body", Broken, None, "Empty body, status 200"),
    entry(Fault::HugeBody, "huge-body", Broken, SIGN_IN, "5 MiB of JSON"),
    entry(Fault::Dropped, "connection-dropped", Broken, None, "Connection closed without a response"),
    entry(Fault::ConnectionCut, "connection-cut", Broken, None, "Connection closed in the middle"),
    entry(Fault::Stalled, "stalled", Broken, None, "Half a response, then a minute of silence"),
    entry(Fault::HugeStream, "huge-stream", Broken, None, "40 MiB, in chunks"),
    entry(Fault::DeepNesting, "deep-nesting", Broken, None, "Nested 10,000 deep"),
    entry(Fault::StatusFollowsCode, "status-follows-code", Status, None, "Errors carry their own HTTP status"),
    entry(Fault::WrongFormat, "wrong-format", Format, DATA, "XML for JSON requests and JSON for XML requests"),
    entry(Fault::ContentTypeHtml, "content-type-html", Format, None, "Content type HTML"),
    entry(Fault::IdAsText, "id-as-text", UserId, INFO, "A number written as text"),
    entry(Fault::IdAsFloat, "id-as-float", UserId, INFO, "A number with a decimal point"),
    entry(Fault::IdNull, "id-null", UserId, INFO, "null"),
    entry(Fault::IdEmpty, "id-empty", UserId, INFO, "Empty text"),
    entry(Fault::IdMissing, "id-missing", UserId, INFO, "Missing"),
    entry(Fault::IdAsObject, "id-as-object", UserId, INFO, "An object"),
    entry(Fault::IdAsBool, "id-as-bool", UserId, INFO, "true"),
    entry(Fault::ExpiresInAsText, "expires-in-as-text", Lifetime, TOKEN, "Written as text"),
    entry(Fault::ExpiresInMissing, "expires-in-missing", Lifetime, TOKEN, "Missing"),
    entry(Fault::SubdomainMissing, "subdomain-missing", Subdomain, INFO, "Missing"),
    entry(Fault::SubdomainNotALabel, "subdomain-not-a-label", Subdomain, INFO, "Not a DNS label"),
    entry(Fault::PropertiesNull, "properties-null", Properties, INFO, "null"),
    entry(Fault::PropertiesMissing, "properties-missing", Properties, INFO, "Missing"),
    entry(Fault::PropertiesOneObject, "properties-one-object", Properties, INFO, "One object instead of a list"),
    entry(Fault::PropertiesKeyedById, "properties-keyed-by-id", Properties, INFO, "An object keyed by id"),
    entry(Fault::RequestIdMissing, "request-id-missing", Envelope, DATA, "No requestId"),
    entry(Fault::RequestIdOther, "request-id-other", Envelope, DATA, "The requestId of another request"),
    entry(Fault::CodeMissing, "code-missing", Envelope, DATA, "No code next to the result"),
    entry(Fault::CodeAsText, "code-as-text", Envelope, DATA, "Code 200 as text"),
    entry(Fault::NoRecords, "no-records", List, DATA, "\u{201c}No Records Found.\u{201d}"),
    entry(Fault::ListOneObject, "list-one-object", List, DATA, "One object instead of a list"),
    entry(Fault::ListKeyedById, "list-keyed-by-id", List, DATA, "An object keyed by id"),
    entry(Fault::ListNull, "list-null", List, DATA, "null"),
    entry(Fault::ListMissing, "list-missing", List, DATA, "Missing"),
    entry(Fault::ListEmptyText, "list-empty-text", List, DATA, "Empty text"),
    entry(Fault::RowIdsAsText, "row-ids-as-text", Rows, DATA, "All ids as text"),
    entry(Fault::RowIdsAsNumbers, "row-ids-as-numbers", Rows, DATA, "All ids as numbers"),
    entry(Fault::RowIdsMissing, "row-ids-missing", Rows, DATA, "No ids"),
    entry(Fault::RowsTwice, "rows-twice", Rows, DATA, "Every row twice"),
    entry(Fault::FieldsMissing, "fields-missing", Fields, DATA, "Only ids and names"),
    entry(Fault::FieldsNull, "fields-null", Fields, DATA, "Everything except ids and names is null"),
    entry(Fault::FieldsUnknown, "fields-unknown", Fields, DATA, "Unknown fields"),
    entry(Fault::PhonesInList, "phones-in-list", Fields, DATA, "Phone numbers in a list"),
    entry(Fault::ValuesAsObjects, "values-as-objects", Fields, DATA, "Texts as {\"@value\": \u{2026}}"),
    entry(Fault::MoneyAsNumber, "money-as-number", Money, LEASES, "A number"),
    entry(Fault::MoneyOdd, "money-odd", Money, LEASES, "With $, spaces and parentheses"),
    entry(Fault::PagingIgnored, "paging-ignored", Paging, DATA, "All rows on every page"),
    entry(Fault::PageRepeats, "page-repeats", Paging, DATA, "Every page is the first page"),
    entry(Fault::PageLinksMissing, "page-links-missing", Paging, DATA, "No Link, no total"),
    entry(Fault::PageLinksElsewhere, "page-links-elsewhere", Paging, DATA, "Links to another host"),
    entry(Fault::TotalCountWrong, "total-count-wrong", Paging, DATA, "A wrong total"),
    entry(Fault::TotalCountOfPage, "total-count-of-page", Paging, DATA, "The page's row count as total"),
    entry(Fault::TotalCountOnly, "total-count-only", Paging, DATA, "A total, no Link"),
    entry(Fault::PageLinksOdd, "page-links-odd", Paging, DATA, "Unusual but valid Link syntax, no total"),
    entry(Fault::PageLinksForeign, "page-links-foreign", Paging, DATA, "An unrelated Link, no total"),
    entry(Fault::PagesOfAHundred, "pages-of-a-hundred", PageSize, DATA, "At most 100 rows per page"),
    entry(Fault::RightsIgnored, "rights-ignored", Rights, DATA, "All properties of the company, and rows of another"),
    entry(Fault::RateHeadersMissing, "rate-headers-missing", Rates, DATA, "Missing"),
    entry(Fault::RateHeadersOdd, "rate-headers-odd", Rates, DATA, "In an unknown format"),
    entry(Fault::RateHeadersExhausted, "rate-headers-exhausted", Rates, DATA, "Nothing left this minute"),
];

impl Category {
    pub(crate) const ALL: [Self; 18] = [
        Self::Delay,
        Self::Refused,
        Self::Broken,
        Self::Status,
        Self::Format,
        Self::UserId,
        Self::Lifetime,
        Self::Subdomain,
        Self::Properties,
        Self::Envelope,
        Self::List,
        Self::Rows,
        Self::Fields,
        Self::Money,
        Self::Paging,
        Self::PageSize,
        Self::Rights,
        Self::Rates,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Delay => "Slow response",
            Self::Refused => "Refused",
            Self::Broken => "Broken response",
            Self::Status => "HTTP status",
            Self::Format => "Format",
            Self::UserId => "User ID",
            Self::Lifetime => "Token lifetime",
            Self::Subdomain => "Subdomain",
            Self::Properties => "User's properties",
            Self::Envelope => "Web services: envelope",
            Self::List => "Web services: list",
            Self::Rows => "Web services: rows and IDs",
            Self::Fields => "Web services: fields",
            Self::Money => "Web services: money",
            Self::Paging => "Web services: pages",
            Self::PageSize => "Web services: page size",
            Self::Rights => "Web services: user rights",
            Self::Rates => "Web services: rate limit headers",
        }
    }

    /// Returns the category that conflicts are decided by. `Refused` and `Broken` both replace the whole response, so
    /// they count as one.
    pub(crate) fn conflict_group(self) -> Self {
        if self == Self::Broken { Self::Refused } else { self }
    }
}

impl Fault {
    pub(crate) fn catalog_entry(self) -> &'static CatalogEntry {
        let is_same = |entry: &&CatalogEntry| discriminant(&entry.fault) == discriminant(&self);
        CATALOG.iter().find(is_same).expect("the catalog has every fault")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow(time) if time.subsec_nanos() == 0 => write!(f, "slow-{}s", time.as_secs()),
            Self::Slow(time) => write!(f, "slow-{}ms", time.as_millis()),
            other => f.write_str(other.catalog_entry().name),
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        if let Some(entry) = CATALOG.iter().find(|entry| entry.name == name) {
            return Ok(entry.fault);
        }
        let delay = name.strip_prefix("slow-").and_then(|time| {
            let (digits, unit): (_, fn(u64) -> Duration) = match time.strip_suffix("ms") {
                Some(digits) => (digits, Duration::from_millis),
                None => (time.strip_suffix('s')?, Duration::from_secs),
            };
            digits.parse::<u32>().ok().map(|number| unit(number.into()))
        });
        delay.map(Self::Slow).ok_or_else(|| UnknownName(name.to_owned()))
    }
}
