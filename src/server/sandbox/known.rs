//! The list of faults as the shell offers them: names, words, and the headings under which they stand. What stands under one heading
//! is of one kind: only one of them acts at a time.

use std::time::Duration;

use super::fault::Fault;
use super::target::Target;

/// The headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Delay,
    Refused,
    Broken,
    Status,
    Language,
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

/// `only`: the calls that can have it, where not all can.
pub(super) struct Known {
    pub(super) fault: Fault,
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) group: Group,
    pub(super) only: Option<Target>,
}

const TOKEN: Option<Target> = Some(Target::Token);
const INFO: Option<Target> = Some(Target::UserInfo);
const SIGN_IN: Option<Target> = Some(Target::Both);
const DATA: Option<Target> = Some(Target::Services);
const RENT: Option<Target> = Some(Target::Leases);

/// The one list of names. `slow-…` takes other times too.
#[rustfmt::skip]
pub(super) const KNOWN: &[Known] = {
    use Fault::*;
    const fn known(fault: Fault, name: &'static str, group: Group, only: Option<Target>, label: &'static str) -> Known {
        Known { fault, name, label, group, only }
    }
    &[
        known(Slow(Duration::from_secs(1)), "slow-1s", Group::Delay, None, "1 second"),
        known(Slow(Duration::from_secs(5)), "slow-5s", Group::Delay, None, "5 seconds"),
        known(Slow(Duration::from_secs(20)), "slow-20s", Group::Delay, None, "20 seconds"),
        known(CodeExpired, "code-expired", Group::Refused, TOKEN, "The code has expired"),
        known(CodeSpent, "code-spent", Group::Refused, TOKEN, "The code was used before"),
        known(ClientUnknown, "client-unknown-401", Group::Refused, TOKEN, "The client id or secret is wrong (401)"),
        known(AddressRefused, "address-refused-403", Group::Refused, TOKEN, "The app's address is not allowed (HTTP 403)"),
        known(SuspendedClient, "suspended-client", Group::Refused, None, "The company has not enabled the app (1403)"),
        known(Transient, "transient-310", Group::Refused, None, "Try again later (310)"),
        known(TooManyRequests, "too-many-requests", Group::Refused, None, "Too many requests (HTTP 429)"),
        known(ErrorIn200, "error-in-200", Group::Refused, None, "An error inside a 200"),
        known(OuterCodeError, "outer-code-error", Group::Refused, None, "Error with a second, outer code"),
        known(OuterCodeOnly, "outer-code-only", Group::Refused, None, "Outer code, no error object"),
        known(BareError, "bare-error", Group::Refused, None, "Error without its envelope"),
        known(ErrorCodeAsText, "error-code-as-text", Group::Refused, None, "Error code written as text"),
        known(TooManyNoWait, "too-many-without-retry-after", Group::Refused, None, "Too many requests, no word on when to come again"),
        known(Unauthorized, "unauthorized-401", Group::Refused, None, "The token is not taken (401)"),
        known(Forbidden, "forbidden-403", Group::Refused, DATA, "The call is not allowed (403)"),
        known(ServerError, "server-error-500", Group::Refused, None, "Error 500 in its envelope, HTTP 500"),
        known(PropertyForbidden, "property-forbidden-311", Group::Refused, DATA, "The app may not read the property (311)"),
        known(Status500, "status-500", Group::Broken, None, "Internal error, an HTML page (HTTP 500)"),
        known(Status503, "status-503", Group::Broken, None, "Service unavailable (HTTP 503)"),
        known(Status502, "status-502", Group::Broken, None, "Bad gateway (HTTP 502)"),
        known(Redirect, "redirect", Group::Broken, None, "Redirect to another path (302)"),
        known(HtmlBody, "html-body", Group::Broken, None, "An HTML page, status 200"),
        known(TruncatedJson, "truncated-json", Group::Broken, None, "JSON cut off in the middle"),
        known(EmptyBody, "empty-body", Group::Broken, None, "Empty body, status 200"),
        known(HugeBody, "huge-body", Group::Broken, SIGN_IN, "5 MiB of JSON"),
        known(Dropped, "connection-dropped", Group::Broken, None, "Connection closed without an answer"),
        known(ConnectionCut, "connection-cut", Group::Broken, None, "Connection closed in the middle"),
        known(Stalled, "stalled", Group::Broken, None, "Half an answer, then a minute of silence"),
        known(HugeStream, "huge-stream", Group::Broken, None, "40 MB, bit by bit"),
        known(DeepNesting, "deep-nesting", Group::Broken, None, "Nested 10,000 deep"),
        known(StatusFollowsCode, "status-follows-code", Group::Status, None, "Errors carry their own HTTP status"),
        known(WrongFormat, "wrong-format", Group::Language, DATA, "XML to JSON, JSON to XML"),
        known(ContentTypeHtml, "content-type-html", Group::Language, None, "Said to be HTML"),
        known(IdAsText, "id-as-text", Group::UserId, INFO, "A number written as text"),
        known(IdAsFloat, "id-as-float", Group::UserId, INFO, "A number with a decimal point"),
        known(IdNull, "id-null", Group::UserId, INFO, "null"),
        known(IdEmpty, "id-empty", Group::UserId, INFO, "Empty text"),
        known(IdMissing, "id-missing", Group::UserId, INFO, "Missing"),
        known(IdAsObject, "id-as-object", Group::UserId, INFO, "An object"),
        known(IdAsBool, "id-as-bool", Group::UserId, INFO, "true"),
        known(ExpiresInAsText, "expires-in-as-text", Group::Lifetime, TOKEN, "Written as text"),
        known(ExpiresInMissing, "expires-in-missing", Group::Lifetime, TOKEN, "Missing"),
        known(SubdomainMissing, "subdomain-missing", Group::Subdomain, INFO, "Missing"),
        known(SubdomainNotALabel, "subdomain-not-a-label", Group::Subdomain, INFO, "Not a DNS label"),
        known(PropertiesNull, "properties-null", Group::Properties, INFO, "null"),
        known(PropertiesMissing, "properties-missing", Group::Properties, INFO, "Missing"),
        known(PropertiesOneObject, "properties-one-object", Group::Properties, INFO, "One object, no list"),
        known(PropertiesKeyedById, "properties-keyed-by-id", Group::Properties, INFO, "An object keyed by id"),
        known(RequestIdMissing, "request-id-missing", Group::Envelope, DATA, "No requestId"),
        known(RequestIdOther, "request-id-other", Group::Envelope, DATA, "Another request's requestId"),
        known(CodeMissing, "code-missing", Group::Envelope, DATA, "No code beside the result"),
        known(CodeAsText, "code-as-text", Group::Envelope, DATA, "Code 200 as text"),
        known(NoRecords, "no-records", Group::List, DATA, "\u{201c}No Records Found.\u{201d}"),
        known(ListOneObject, "list-one-object", Group::List, DATA, "One object, no list"),
        known(ListKeyedById, "list-keyed-by-id", Group::List, DATA, "An object keyed by id"),
        known(ListNull, "list-null", Group::List, DATA, "null"),
        known(ListMissing, "list-missing", Group::List, DATA, "Missing"),
        known(ListEmptyText, "list-empty-text", Group::List, DATA, "Empty text"),
        known(RowIdsAsText, "row-ids-as-text", Group::Rows, DATA, "All ids as text"),
        known(RowIdsAsNumbers, "row-ids-as-numbers", Group::Rows, DATA, "All ids as numbers"),
        known(RowIdsMissing, "row-ids-missing", Group::Rows, DATA, "No ids"),
        known(RowsTwice, "rows-twice", Group::Rows, DATA, "Every row twice"),
        known(FieldsMissing, "fields-missing", Group::Fields, DATA, "Nothing but ids and names"),
        known(FieldsNull, "fields-null", Group::Fields, DATA, "null but for ids and names"),
        known(FieldsUnknown, "fields-unknown", Group::Fields, DATA, "Fields that nobody knows"),
        known(PhonesInList, "phones-in-list", Group::Fields, DATA, "Telephone numbers in a list"),
        known(ValuesAsObjects, "values-as-objects", Group::Fields, DATA, "Texts as {\"@value\": \u{2026}}"),
        known(MoneyAsNumber, "money-as-number", Group::Money, RENT, "A number"),
        known(MoneyOdd, "money-odd", Group::Money, RENT, "With $, spaces and brackets"),
        known(PagingIgnored, "paging-ignored", Group::Paging, DATA, "Everything, whichever page was asked for"),
        known(PageRepeats, "page-repeats", Group::Paging, DATA, "The first page again and again"),
        known(PageLinksMissing, "page-links-missing", Group::Paging, DATA, "No Link, no total"),
        known(PageLinksElsewhere, "page-links-elsewhere", Group::Paging, DATA, "Links to another host"),
        known(TotalCountWrong, "total-count-wrong", Group::Paging, DATA, "A total that is not true"),
        known(TotalCountOfPage, "total-count-of-page", Group::Paging, DATA, "A total of the page alone"),
        known(TotalCountOnly, "total-count-only", Group::Paging, DATA, "A total, no Link"),
        known(PageLinksOdd, "page-links-odd", Group::Paging, DATA, "Link as it is seldom written, no total"),
        known(PageLinksForeign, "page-links-foreign", Group::Paging, DATA, "A Link about something else, no total"),
        known(PagesOfAHundred, "pages-of-a-hundred", Group::PageSize, DATA, "At most 100 rows, however many were asked for"),
        known(RightsIgnored, "rights-ignored", Group::Rights, DATA, "Every property of the company, and residents and leases of another one"),
        known(RateHeadersMissing, "rate-headers-missing", Group::Rates, DATA, "Missing"),
        known(RateHeadersOdd, "rate-headers-odd", Group::Rates, DATA, "In a form that nobody knows"),
        known(RateHeadersExhausted, "rate-headers-exhausted", Group::Rates, DATA, "Nothing left this minute"),
    ]
};

impl Group {
    pub(super) const ALL: [Self; 18] = [
        Self::Delay,
        Self::Refused,
        Self::Broken,
        Self::Status,
        Self::Language,
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

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Delay => "Slow answer",
            Self::Refused => "Refused",
            Self::Broken => "Broken answer",
            Self::Status => "HTTP status",
            Self::Language => "Language",
            Self::UserId => "User id",
            Self::Lifetime => "Token lifetime",
            Self::Subdomain => "Subdomain",
            Self::Properties => "Properties of the user",
            Self::Envelope => "Web services: envelope",
            Self::List => "Web services: the list",
            Self::Rows => "Web services: rows and ids",
            Self::Fields => "Web services: fields",
            Self::Money => "Web services: money",
            Self::Paging => "Web services: pages",
            Self::PageSize => "Web services: size of a page",
            Self::Rights => "Web services: rights of the user",
            Self::Rates => "Web services: rate headers",
        }
    }

    /// Refused and broken are two ways to replace the whole answer, so only one of either can act.
    pub(super) fn kind(self) -> Self {
        if self == Self::Broken { Self::Refused } else { self }
    }
}
