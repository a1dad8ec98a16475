//! Types that storage maps rows to and from, apart from `Visit` itself (`state.rs`).

use crate::server::{
    clock::Epoch,
    company::CompanyStatus,
    ids::{AccountId, IdentityId, SessionId, VisitId},
    vault::Sealed,
};

/// A visit that has ended, of a session that still exists.
pub struct EndedVisit {
    pub opens_from: i64,
    pub by_password: bool,
    /// The company that it acted for.
    pub company: Option<String>,
    pub company_status: CompanyStatus,
}

/// A visit that was just ended.
#[derive(Debug, Clone)]
pub struct RevokedVisit {
    pub id: VisitId,
    pub session_id: SessionId,
    pub account_id: Option<AccountId>,
    pub identity_id: Option<IdentityId>,
}

/// Maximum numbers of open visits.
#[derive(Debug, Clone, Copy)]
pub struct VisitCaps {
    pub of_session: i64,
    pub of_account: i64,
}

/// A sign-in that waits for confirmation.
pub struct UnconfirmedLink<'a> {
    pub hash: &'a [u8],
    pub ticket: &'a Sealed,
    pub visit_id: &'a VisitId,
    pub session_id: &'a SessionId,
    pub identity_id: &'a IdentityId,
    pub account_id: &'a AccountId,
    pub expires_at: Epoch,
}

/// An identity that an account is about to link, as shown to the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnconfirmedSignIn {
    pub company: String,
    pub subdomain: String,
    pub user_id: String,
    pub expires_at: Epoch,
}

/// A live browser session, found by one of its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSession {
    pub session_id: SessionId,
    /// The number of the presented id.
    pub number: i64,
    /// The number of the newest id in its chain that was issued for a password; 0 if there is none.
    pub verified: i64,
    /// Whether the presented id was used before.
    pub was_used: bool,
    pub created_at: Epoch,
    pub used_at: Epoch,
}

/// An id to issue, and the session that it is for.
pub struct NewSessionId<'a> {
    /// The presented id, if there is one: session id, number, and number of its newest verified ancestor.
    pub presented: Option<(&'a SessionId, i64, i64)>,
    /// Whether it is issued for a password.
    pub password: bool,
    /// The id of the session's row if a new session is needed.
    pub new_session_id: &'a SessionId,
    pub hash: &'a [u8],
    /// When a new session expires.
    pub expires_at: Epoch,
    /// Maximum stored ids of a session.
    pub max_ids: i64,
}

/// A bearer token of a live session, whose visit may have ended.
#[derive(Debug, Clone)]
pub struct StoredBearer {
    pub visit_id: VisitId,
    pub session_id: SessionId,
    pub number: i64,
    pub issued_at: Epoch,
    pub was_used: bool,
    /// The number of the newest of the visit's tokens that was used; 0 if none was.
    pub newest_used: i64,
    /// When the newest of the visit's tokens was issued.
    pub newest_at: Epoch,
    pub session_created_at: Epoch,
    pub session_used_at: Epoch,
}

/// The visit that a valid page ticket belongs to.
#[derive(Debug, Clone)]
pub struct ProbedVisit {
    pub session_id: SessionId,
    pub by_password: bool,
    pub presented_number: i64,
    pub began_at: Epoch,
    /// Whether an earlier probe arrived with the cookie.
    pub cookie_probed: bool,
}

/// A live visit of an account, as listed on the Sessions page.
#[derive(Debug, Clone)]
pub struct ActiveSession {
    pub id: VisitId,
    pub session_id: SessionId,
    /// The company and its subdomain, for a launched visit.
    pub company: Option<(String, String)>,
    /// The browser's name.
    pub browser: String,
    pub by_bearer: bool,
    pub began_at: Epoch,
    pub used_at: Epoch,
}

/// A visit of an account, ended or not, as the data export lists it.
#[derive(Debug, Clone)]
pub struct VisitRecord {
    pub id: VisitId,
    /// The company, its subdomain and the user id there, for a launched visit.
    pub launched_by: Option<(String, String, String)>,
    pub browser: String,
    pub by_bearer: bool,
    pub began_at: Epoch,
    pub used_at: Epoch,
    pub password_verified_at: Option<Epoch>,
    pub ended_at: Option<Epoch>,
}

/// Lifetimes in seconds, by which future timestamps are corrected after the system clock was set back.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// An unused browser session.
    pub session: Epoch,
    /// A pending visit, and a sign-in that waits for confirmation.
    pub unconfirmed: Epoch,
    /// The ticket of a visit's first page.
    pub ticket: Epoch,
}
