//! Where the sources disagree about Octorate, each form that one of them describes. The defaults are the vendor's page.

/// How the simulator behaves. Set with [`Simulator::set_modes`](super::Simulator::set_modes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modes {
    pub code_life: CodeLife,
    pub grant_types: GrantTypes,
    pub expiry: ExpiryForm,
    pub token_name: TokenName,
    pub places: PlaceForm,
    /// The status with which refresh refuses a refresh token.
    pub refusal: RefusalStatus,
    /// Life of an access token in seconds. No source has a number.
    pub access_life: i64,
    /// Octorate demands https redirect URIs. With this, a registered `http://` URI on loopback is accepted as well,
    /// because `make run` serves the app there.
    pub allow_loopback_http: bool,
}

impl Default for Modes {
    fn default() -> Self {
        Self {
            code_life: CodeLife::OneMinute,
            grant_types: GrantTypes::Strict,
            expiry: ExpiryForm::Date,
            token_name: TokenName::Documented,
            places: PlaceForm::Nested,
            refusal: RefusalStatus::BadRequest,
            access_life: 3600,
            allow_loopback_http: true,
        }
    }
}

/// How long a code can be exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeLife {
    /// As on the vendor's page.
    OneMinute,
    /// As in the vendor's OpenAPI description.
    ThreeMinutes,
}

impl CodeLife {
    pub(super) fn seconds(self) -> i64 {
        match self {
            Self::OneMinute => 60,
            Self::ThreeMinutes => 180,
        }
    }
}

/// Which `grant_type` exchanges a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantTypes {
    /// Only `code`.
    Strict,
    /// Also `authorization_code`.
    Lenient,
}

/// How an answer says when its access token expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryForm {
    /// `expireDate`, as in `2020-03-17T17:41:51.178Z`.
    Date,
    /// `expireDate`, as in `2020-06-17T10:22:30Z`.
    DateWithoutMilliseconds,
    /// `expireDate`, as in `2020-03-18T14:46:08.693Z[UTC]`.
    DateWithZone,
    /// `expires_in` in seconds, and no date.
    Seconds,
    /// `expires_in` and `expireDate`.
    Both,
    /// Neither.
    Absent,
}

/// What an answer calls its access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenName {
    /// `access_token`.
    Documented,
    /// `access_token` and the alias `accessToken`.
    WithAlias,
    /// `accessToken` alone.
    AliasOnly,
}

/// The form of the rows of the accommodations list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceForm {
    /// `location` and `contact` are objects, `timeZone` is a text: the example of the OpenAPI description.
    Nested,
    /// The address is in the row itself, `timeZone` is an object.
    Flat,
}

/// The status of a refused refresh: both are documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalStatus {
    BadRequest,
    Forbidden,
}
