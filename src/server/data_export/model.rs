//! The data export's format. Times are UTC, RFC 3339. Ids are Latchkey's own and random; user ids are Entrata's.

use serde::Serialize;

use super::connections::ExportedConnection;
use crate::server::{
    account::{AttemptKind, FailedAttempts},
    audit::AuditEvent,
    clock::{Epoch, exact},
    identity::{LinkedIdentity, UnlinkedIdentity},
    ids::{AccountId, IdentityId, VisitId},
    property_data::NamedPlace,
    visit::{Typed, UnconfirmedSignIn, VisitRecord},
};

#[derive(Serialize)]
pub struct DataExport {
    pub(super) exported_at: String,
    pub(super) account: Person,
    pub(super) linked_users: Vec<LinkedUser>,
    /// Users that were unlinked, and that no other account has linked since or is about to link.
    pub(super) unlinked_users: Vec<UnlinkedUser>,
    pub(super) sessions: Vec<Session>,
    pub(super) known_browsers: KnownBrowsers,
    pub(super) pending_confirmations: Vec<PendingConfirmation>,
    /// What the account approved as Syncaroo's provider.
    pub(super) shared_with_syncaroo: Vec<SharedWithSyncaroo>,
    /// Attempts that still count.
    pub(super) attempts: Vec<Attempts>,
    /// Input under the account's email in forms whose visit had ended.
    pub(super) typed: Vec<TypedForm>,
    /// Connections to other property systems, without tokens.
    pub(super) connections: Vec<ExportedConnection>,
    /// Complete, newest first.
    pub(super) history: Vec<Event>,
    /// Events of the account's Entrata users while they were not linked.
    pub(super) history_before_linking: Vec<Event>,
}

#[derive(Serialize)]
pub(super) struct SharedWithSyncaroo {
    pub connection_id: String,
    pub approved_at: String,
    pub last_used_at: Option<String>,
    /// The places that Syncaroo was shown, also those that are gone.
    pub places: Vec<NamedPlace>,
    /// The newest first.
    pub updates: Vec<SyncarooUpdate>,
}

#[derive(Serialize)]
pub(super) struct SyncarooUpdate {
    pub received_at: String,
    pub location_id: String,
    pub attribute: String,
    pub state: &'static str,
}

#[derive(Serialize)]
pub(super) struct Person {
    pub id: AccountId,
    pub email: String,
    pub name: String,
    pub created_at: Option<String>,
}

#[derive(Serialize)]
pub(super) struct LinkedUser {
    id: IdentityId,
    entrata: String,
    company: String,
    subdomain: String,
    user_id: String,
    linked_at: String,
    first_opened_at: Option<String>,
    last_opened_at: Option<String>,
    /// As the last launch reported them.
    properties: Vec<NamedPlace>,
}

#[derive(Serialize)]
pub(super) struct UnlinkedUser {
    id: IdentityId,
    entrata: String,
    company: String,
    subdomain: String,
    user_id: String,
    unlinked_at: String,
    first_opened_at: Option<String>,
    /// Missing, like the properties, if the user was launched after it was unlinked: by whom is not known.
    last_opened_at: Option<String>,
    properties: Option<Vec<NamedPlace>>,
}

#[derive(Serialize)]
pub(super) struct Session {
    id: VisitId,
    company: Option<String>,
    subdomain: Option<String>,
    user_id: Option<String>,
    browser: String,
    credential: &'static str,
    started_at: String,
    last_used_at: String,
    password_entered_at: Option<String>,
    ended_at: Option<String>,
}

/// With `NEW_BROWSER=ask`: browsers where the password was entered, and when.
#[derive(Serialize)]
pub(super) struct KnownBrowsers {
    pub count: usize,
    pub since: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct PendingConfirmation {
    company: String,
    subdomain: String,
    user_id: String,
    expires_at: String,
}

#[derive(Serialize)]
pub(super) struct Attempts {
    of: &'static str,
    count: i64,
    last_at: String,
    throttled_until: Option<String>,
}

/// Without the password, which is never stored.
#[derive(Serialize)]
pub(super) struct TypedForm {
    company: Option<String>,
    at: String,
    name: String,
    email: String,
}

#[derive(Serialize)]
pub(super) struct Event {
    at: String,
    event: &'static str,
    company: Option<String>,
    subdomain: Option<String>,
    user_id: Option<String>,
    address: String,
    browser: String,
    detail: String,
}

impl Attempts {
    pub fn new(kind: AttemptKind, attempts: FailedAttempts, now: Epoch) -> Self {
        let of = match kind {
            AttemptKind::SignIn => "sign-in passwords",
            AttemptKind::Confirmation => "password confirmations",
            AttemptKind::EmailChange => "email changes",
        };
        Self {
            of,
            count: attempts.failures,
            last_at: exact(attempts.last_at),
            throttled_until: (attempts.throttled_until > now).then(|| exact(attempts.throttled_until)),
        }
    }
}

/// A launch that may not have happened yet, which is stored as 0.
fn launch_time(at: Epoch) -> Option<String> {
    (at > 0).then(|| exact(at))
}

impl From<LinkedIdentity> for LinkedUser {
    fn from(LinkedIdentity { identity, linked_at, first_seen_at }: LinkedIdentity) -> Self {
        Self {
            properties: identity.properties(),
            id: identity.id,
            entrata: identity.issuer,
            company: identity.company,
            subdomain: identity.subdomain,
            user_id: identity.user_id,
            linked_at: exact(linked_at),
            first_opened_at: launch_time(first_seen_at),
            last_opened_at: launch_time(identity.launched_at),
        }
    }
}

impl From<UnlinkedIdentity> for UnlinkedUser {
    fn from(UnlinkedIdentity { identity, unlinked_at, first_seen_at }: UnlinkedIdentity) -> Self {
        let launched_before = identity.launched_at < unlinked_at;
        Self {
            properties: launched_before.then(|| identity.properties()),
            id: identity.id,
            entrata: identity.issuer,
            company: identity.company,
            subdomain: identity.subdomain,
            user_id: identity.user_id,
            unlinked_at: exact(unlinked_at),
            first_opened_at: launch_time(first_seen_at).filter(|_| first_seen_at < unlinked_at),
            last_opened_at: launch_time(identity.launched_at).filter(|_| launched_before),
        }
    }
}

impl From<VisitRecord> for Session {
    fn from(record: VisitRecord) -> Self {
        let (company, subdomain, user_id) = match record.launched_by {
            Some((company, subdomain, user_id)) => (Some(company), Some(subdomain), Some(user_id)),
            None => (None, None, None),
        };
        Self {
            id: record.id,
            company,
            subdomain,
            user_id,
            browser: record.browser,
            credential: if record.by_bearer { "bearer" } else { "cookie" },
            started_at: exact(record.began_at),
            last_used_at: exact(record.used_at),
            password_entered_at: record.password_verified_at.map(exact),
            ended_at: record.ended_at.map(exact),
        }
    }
}

impl From<UnconfirmedSignIn> for PendingConfirmation {
    fn from(UnconfirmedSignIn { company, subdomain, user_id, expires_at }: UnconfirmedSignIn) -> Self {
        Self { company, subdomain, user_id, expires_at: exact(expires_at) }
    }
}

impl From<Typed> for TypedForm {
    fn from(Typed { company, at, name, email }: Typed) -> Self {
        Self { company, at: exact(at), name, email }
    }
}

impl From<AuditEvent> for Event {
    fn from(event: AuditEvent) -> Self {
        let (browser, detail) = (event.browser_text().to_owned(), event.detail_text().to_owned());
        let (company, subdomain, user_id) = match event.identity {
            Some(identity) => (Some(identity.company), Some(identity.subdomain), Some(identity.user_id)),
            None => (None, None, None),
        };
        let (at, address) = (exact(event.at), event.address);
        Self { at, event: event.what.name(), company, subdomain, user_id, address, browser, detail }
    }
}
