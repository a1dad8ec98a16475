//! What can go wrong at the simulated Entrata, by name.
//!
//! Faults come in kinds (see `Group::kind`): delay, whole answer, status, user id, lifetime, subdomain, properties. One of a kind acts
//! at a time; different kinds act together. Refusals, a 502 and a redirect leave the code unspent; what spoils a finished answer
//! (an HTML body, a cut answer, a dropped connection) comes after the code was spent.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::target::Target;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    Slow(Duration),
    CodeExpired,
    CodeSpent,
    ErrorIn200,
    OuterCodeError,
    OuterCodeOnly,
    BareError,
    ErrorCodeAsText,
    SuspendedClient,
    Transient,
    TooManyRequests,
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
}

/// No fault or target has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault(pub String);

/// The headings under which the shell lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Delay,
    Refused,
    Broken,
    Status,
    UserId,
    Lifetime,
    Subdomain,
    Properties,
}

/// A fault as the shell offers it. `only`: the calls that can have it, where not all can.
pub(super) struct Known {
    pub(super) fault: Fault,
    name: &'static str,
    pub(super) label: &'static str,
    pub(super) group: Group,
    pub(super) only: Option<Target>,
}

const TOKEN: Option<Target> = Some(Target::Token);
const INFO: Option<Target> = Some(Target::UserInfo);

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
        known(SuspendedClient, "suspended-client", Group::Refused, None, "The company has not enabled the app (1403)"),
        known(Transient, "transient-310", Group::Refused, None, "Try again later (310)"),
        known(TooManyRequests, "too-many-requests", Group::Refused, None, "Too many requests (HTTP 429)"),
        known(ErrorIn200, "error-in-200", Group::Refused, None, "An error inside a 200"),
        known(OuterCodeError, "outer-code-error", Group::Refused, None, "Error with a second, outer code"),
        known(OuterCodeOnly, "outer-code-only", Group::Refused, None, "Outer code, no error object"),
        known(BareError, "bare-error", Group::Refused, None, "Error without its envelope"),
        known(ErrorCodeAsText, "error-code-as-text", Group::Refused, None, "Error code written as text"),
        known(Status502, "status-502", Group::Broken, None, "Bad gateway (HTTP 502)"),
        known(Redirect, "redirect", Group::Broken, None, "Redirect to another path (302)"),
        known(HtmlBody, "html-body", Group::Broken, None, "An HTML page, status 200"),
        known(TruncatedJson, "truncated-json", Group::Broken, None, "JSON cut off in the middle"),
        known(EmptyBody, "empty-body", Group::Broken, None, "Empty body, status 200"),
        known(HugeBody, "huge-body", Group::Broken, None, "More than 256 KiB of JSON"),
        known(Dropped, "connection-dropped", Group::Broken, None, "Connection closed without an answer"),
        known(StatusFollowsCode, "status-follows-code", Group::Status, None, "Errors carry their own HTTP status"),
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
    ]
};

impl Group {
    pub(super) const ALL: [Self; 8] = [
        Self::Delay,
        Self::Refused,
        Self::Broken,
        Self::Status,
        Self::UserId,
        Self::Lifetime,
        Self::Subdomain,
        Self::Properties,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Delay => "Slow answer",
            Self::Refused => "Refused",
            Self::Broken => "Broken answer",
            Self::Status => "HTTP status",
            Self::UserId => "User id",
            Self::Lifetime => "Token lifetime",
            Self::Subdomain => "Subdomain",
            Self::Properties => "Properties",
        }
    }

    /// Refused and broken are two ways to replace the whole answer, so only one of either can act.
    pub(super) fn kind(self) -> Self {
        if self == Self::Broken { Self::Refused } else { self }
    }
}

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
