//! The types of this module. They don't depend on storage, except for the codes that rows hold.

use std::collections::HashSet;

use serde::Serialize;

use crate::server::{
    account::Account,
    clock::Epoch,
    ids::{AccountId, GrantId, UpdateId},
};

/// Digits of the longest `connectionId`: it fits a signed 64-bit integer.
const MAX_DIGITS: usize = 18;

/// Syncaroo's number of a connection: decimal digits without leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ConnectionId(i64);

impl ConnectionId {
    /// Returns `None` for anything but the usual form of a whole number of at most 18 digits.
    pub fn parse(text: &str) -> Option<Self> {
        let usual = text == "0" || !text.starts_with('0');
        let digits = (1..=MAX_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if usual && digits { text.parse().ok().map(Self) } else { None }
    }

    pub fn number(self) -> i64 {
        self.0
    }

    /// For numbers read from a row.
    pub fn stored(number: i64) -> Self {
        Self(number)
    }
}

impl std::fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What an account has approved, as its page of connections shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantView {
    pub connection_id: ConnectionId,
    pub approved_at: Epoch,
    /// When Syncaroo last presented one of its tokens; none if it never did.
    pub last_used_at: Option<Epoch>,
    /// The ten newest, newest first.
    pub updates: Vec<UpdateView>,
}

/// An update that Syncaroo announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateView {
    pub received_at: Epoch,
    /// Our id of the place; empty if the message named none. Syncaroo's text, cleaned.
    pub location_id: String,
    /// `locations`, `resources`, `rates` or another word of Syncaroo's, cleaned; may be empty.
    pub attribute: String,
    pub state: UpdateState,
    /// When it was read or given up.
    pub finished_at: Option<Epoch>,
}

/// How far an update has been processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateState {
    /// Its `apiUrl` waits to be read.
    Queued,
    /// Its `apiUrl` was read.
    Read,
    /// It had no `apiUrl`.
    NothingToRead,
    /// Its `apiUrl` is not at Syncaroo's configured address, so it was not read.
    Refused,
    /// Reading failed, and no more attempts are made.
    Failed,
}

const STATES: &[(UpdateState, &str)] = &[
    (UpdateState::Queued, "queued"),
    (UpdateState::Read, "read"),
    (UpdateState::NothingToRead, "nothing_to_read"),
    (UpdateState::Refused, "refused"),
    (UpdateState::Failed, "failed"),
];

impl UpdateState {
    /// The code that is stored.
    pub fn name(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("", |(_, code)| code)
    }

    /// Returns the state with this code, or `None` for an unknown code.
    pub fn of(code: &str) -> Option<Self> {
        STATES.iter().find(|(_, known)| *known == code).map(|(state, _)| *state)
    }
}

/// An update whose `apiUrl` has to be read now. No other worker takes it until the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueUpdate {
    pub id: UpdateId,
    pub account_id: AccountId,
    pub connection_id: ConnectionId,
    pub location_id: String,
    pub attribute: String,
    /// As Syncaroo sent it: whether it may be read is for the worker to check.
    pub api_url: String,
    /// Attempts that were begun, with this one.
    pub tries: i64,
}

/// The result of reading an update's `apiUrl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateResult {
    Read,
    /// The address is not at Syncaroo's configured host.
    Refused,
    /// To be tried again at this time.
    Retry(Epoch),
    Failed,
}

/// An update as it is stored when it is received.
#[derive(Debug, Clone)]
pub struct NewUpdate {
    pub id: UpdateId,
    pub body_hash: [u8; 32],
    pub webhook_type: String,
    pub location_id: String,
    pub attribute: String,
    pub api_url: Option<String>,
    /// Syncaroo's signature, stored unverified: its algorithm is not documented.
    pub signature: String,
}

/// A place that Syncaroo is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedPlace {
    /// Unique across companies and the same for good.
    pub id: String,
    pub name: String,
    pub status: PlaceStatus,
    pub resources: Vec<SharedResource>,
}

/// A bookable part of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharedResource {
    #[serde(rename = "ID")]
    pub id: String,
    pub name: String,
    pub status: PlaceStatus,
    /// Such as `meeting-room`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// The words that Syncaroo knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaceStatus {
    Draft,
    Active,
    Private,
    Pending,
    Deleted,
}

/// The places of an account.
#[derive(Debug, Clone, Default)]
pub struct AccountPlaces {
    /// What may be shared now, each id once.
    pub shared: Vec<SharedPlace>,
    /// Ids that the account still has and that may not be shared for now, because their company is disabled.
    pub withheld: HashSet<String>,
    /// Whether the account has more places than are shared. One that is missing may be among them.
    pub has_more: bool,
}

/// A place that was shared with a connection at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlace {
    pub id: String,
    pub name: String,
}

/// A grant, found by one of its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredGrant {
    pub id: GrantId,
    pub account: Account,
    pub connection_id: ConnectionId,
}

/// A grant, found by the code of its approval.
#[derive(Debug, Clone)]
pub struct CodeGrant {
    pub grant: StoredGrant,
    pub redirect_uri: String,
    pub expires_at: Epoch,
    pub was_used: bool,
}

/// A pair of tokens, found by its refresh token.
#[derive(Debug, Clone)]
pub struct RefreshPair {
    pub grant: StoredGrant,
    /// When the grant's newest pair was issued.
    pub renewed_at: Epoch,
    pub number: i64,
    /// The number of the grant's newest pair.
    pub newest: i64,
    /// Whether one of the newest pair's tokens was presented.
    pub newest_used: bool,
}

/// A pair of tokens, found by its access token.
#[derive(Debug, Clone)]
pub struct AccessPair {
    pub grant: StoredGrant,
    pub expires_at: Epoch,
    pub was_used: bool,
    pub last_used_at: Option<Epoch>,
}

/// A pair of tokens to store.
#[derive(Debug, Clone, Copy)]
pub struct NewPair {
    pub access_hash: [u8; 32],
    pub refresh_hash: [u8; 32],
    pub issued_at: Epoch,
    pub expires_at: Epoch,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_id_is_a_decimal_number_in_its_usual_form() {
        for good in ["0", "99", "123456789012345678"] {
            assert_eq!(ConnectionId::parse(good).unwrap().to_string(), good);
        }
        for bad in ["", "-1", "+1", "099", "1.0", "1e3", " 1", "0x1", "١", "1234567890123456789", "ninety"] {
            assert_eq!(ConnectionId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_state_of_an_update_is_found_by_its_code() {
        for (state, code) in STATES {
            assert_eq!((UpdateState::of(code), state.name()), (Some(*state), *code));
        }
    }
}
