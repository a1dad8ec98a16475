//! What storage maps the rows of connections to and from, apart from what pages show (`model.rs`). Secrets are sealed.

use super::System;
use crate::server::{
    clock::Epoch,
    ids::{AccountId, ConnectionId, VisitId},
    vault::Sealed,
};

/// A grant to be stored.
#[derive(Debug, Clone)]
pub struct SealedGrant {
    pub access: Sealed,
    pub renewal: Option<Sealed>,
    pub issued_at: Epoch,
    pub expires_at: Option<Epoch>,
}

/// A stored grant, and what decides whether it may be used.
#[derive(Debug, Clone)]
pub struct StoredGrant {
    pub system: System,
    pub needs_reconnect: bool,
    pub access: Option<Sealed>,
    pub renewal: Option<Sealed>,
    pub issued_at: Epoch,
    pub expires_at: Option<Epoch>,
    /// Counts the connection's grants.
    pub version: i64,
    /// No renewal ahead of time before this.
    pub renew_after: Epoch,
    pub failures: i64,
    pub next_try_at: Epoch,
    pub lease: Lease,
}

/// Who may renew a grant. A lease ends by itself; a newer one has a higher number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub number: i64,
    pub until: Epoch,
}

/// A lease that was just acquired.
#[derive(Debug, Clone)]
pub struct AcquiredLease {
    pub number: i64,
    pub renewal: Option<Sealed>,
    /// A single-use renewal token was sent before, and the answer was never stored.
    pub was_sent: bool,
}

/// A connection to be stored.
#[derive(Debug, Clone)]
pub struct NewConnection<'a> {
    pub id: &'a ConnectionId,
    pub account: Option<&'a AccountId>,
    pub system: System,
    pub subject_id: &'a str,
    pub subject_name: &'a str,
    pub grant: &'a SealedGrant,
}

/// A redirect that waits for its callback.
#[derive(Debug, Clone)]
pub struct WaitingRedirect {
    pub system: System,
    /// The visit that began it and its account; none if the command line did.
    pub actor: Option<(VisitId, AccountId)>,
    pub cookie_hash: Option<[u8; 32]>,
    pub connection: Option<ConnectionId>,
}

/// Why calls pause, to be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailedCall {
    /// A name of `metrics::ErrorKind` or a code of [`super::ERROR_CODES`].
    pub code: &'static str,
    pub next_try_at: Epoch,
    /// Until when the system allows no calls.
    pub limited_until: Option<Epoch>,
}

/// What a sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Idle,
    Places,
    Items,
    /// Removing what a complete sync did not find.
    Cleanup,
}

const PHASES: &[(Phase, &str)] =
    &[(Phase::Idle, "idle"), (Phase::Places, "places"), (Phase::Items, "items"), (Phase::Cleanup, "cleanup")];

impl Phase {
    /// Returns the code that is stored.
    pub fn name(self) -> &'static str {
        PHASES.iter().find(|(phase, _)| *phase == self).map_or("", |(_, name)| name)
    }

    /// Returns the phase with a stored code.
    pub fn of(name: &str) -> Option<Self> {
        PHASES.iter().find(|(_, known)| *known == name).map(|(phase, _)| *phase)
    }
}

/// Where a connection's sync is.
#[derive(Debug, Clone)]
pub struct SyncState {
    pub system: System,
    pub needs_reconnect: bool,
    /// The account was disabled: nothing is read for it.
    pub account_disabled: bool,
    /// Until when background calls pause.
    pub paused_until: Epoch,
    pub due_at: Option<Epoch>,
    pub full_wanted: bool,
    pub full_read_at: Epoch,
    pub changes_from: Epoch,
    pub position: SyncPosition,
}

/// The part of a sync's state that each step replaces.
#[derive(Debug, Clone)]
pub struct SyncPosition {
    pub phase: Phase,
    pub run: i64,
    /// The number of the step that stored this.
    pub step: i64,
    pub full: bool,
    /// No row was left out, and every list was read to its end.
    pub clean: bool,
    /// A list was not read to its end.
    pub skipped: bool,
    pub since: Option<Epoch>,
    pub started_at: Epoch,
    pub cursor: Option<String>,
    pub place: String,
    pub page: i64,
    pub pages: Option<i64>,
    pub list_pages: i64,
    pub rows: i64,
}
