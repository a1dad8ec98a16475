//! The types of this room. They know nothing of where they are stored.

use crate::server::{account::Account, clock::Epoch, company::CompanyStatus, identity::Identity, vault::Sealed};

/// A live visit with everything that is known of it.
#[derive(Debug, Clone)]
pub struct Visit {
    pub id: String,
    pub session_id: String,
    pub opens_from: i64,
    /// Whether a password was given for it.
    pub by_password: bool,
    pub identity: Option<Identity>,
    /// The account it acts as; none while it is held.
    pub account: Option<Account>,
    /// In a held visit whose identity is linked (a browser that has to be asked): the id of its account.
    pub linked_to: Option<String>,
    /// In a held visit: the account that signed in, and the ticket of the confirmation.
    pub unconfirmed: Option<(Account, Sealed)>,
    /// How many tabs were opened from it.
    pub tabs: i64,
    /// The visit from which it was opened in a tab of its own, directly or not.
    pub opened_by: Option<String>,
    pub used_at: Epoch,
    /// When the newest open visit of the same browser session began.
    pub newest_at: Epoch,
    /// When the account's password was last given in it.
    pub password_verified_at: Option<Epoch>,
}

/// What a visit begins with: an identity that is held until a time, or an account, or both.
pub struct NewVisit<'a> {
    pub id: &'a str,
    pub session_id: &'a str,
    pub opens_from: i64,
    /// When a password was given for it.
    pub password_verified_at: Option<Epoch>,
    pub identity_id: Option<&'a str>,
    pub account_id: Option<&'a str>,
    pub pending_until: Option<Epoch>,
    /// The hash of the code it was launched with.
    pub code: Option<&'a [u8]>,
    /// Which of the session's ids was presented; 0 when none was, or it is another session's now.
    pub presented_number: i64,
    /// The hash of its first page's ticket, and until when that counts.
    pub ticket: Option<(&'a [u8], Epoch)>,
    /// The browser's name.
    pub browser: &'a str,
    /// The visit from which it was opened in a tab of its own.
    pub opened_by: Option<&'a str>,
}

/// A visit that is over, of a session that goes on.
pub struct EndedVisit {
    pub opens_from: i64,
    pub by_password: bool,
    /// The company that it acted for.
    pub company: Option<String>,
    pub company_status: CompanyStatus,
}

/// A visit that was ended.
#[derive(Debug, Clone)]
pub struct RevokedVisit {
    pub id: String,
    pub session_id: String,
    pub account_id: Option<String>,
    pub identity_id: Option<String>,
}

/// How many visits may be open.
#[derive(Debug, Clone, Copy)]
pub struct VisitCaps {
    pub of_session: i64,
    pub of_account: i64,
}

pub struct UnconfirmedLink<'a> {
    pub hash: &'a [u8],
    pub ticket: &'a Sealed,
    pub visit_id: &'a str,
    pub session_id: &'a str,
    pub identity_id: &'a str,
    pub account_id: &'a str,
    pub expires_at: Epoch,
}

/// An identity that an account is about to link, as the account may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnconfirmedSignIn {
    pub company: String,
    pub subdomain: String,
    pub user_id: String,
    pub expires_at: Epoch,
}

/// A browser session, as the id that was presented finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSession {
    pub session_id: String,
    /// Which of the session's ids was presented.
    pub number: i64,
    /// The number of the newest id in its descent that was issued for a password; 0 when there is none.
    pub verified: i64,
    /// Whether that id came back before.
    pub was_used: bool,
    pub created_at: Epoch,
    pub used_at: Epoch,
}

/// A new id, and the session that it is for.
pub struct NewSessionId<'a> {
    /// The session and the id that was presented, where there is one: (session id, number, proven).
    pub presented: Option<(&'a str, i64, i64)>,
    /// Whether it is issued for a password.
    pub password: bool,
    /// What a session is called that has to be made.
    pub new_session_id: &'a str,
    pub hash: &'a [u8],
    /// When a session that is made ends.
    pub expires_at: Epoch,
    /// Ids of the session that are kept.
    pub most: i64,
}

/// A bearer of a live session, though its visit be over, as its hash finds it.
#[derive(Debug, Clone)]
pub struct StoredBearer {
    pub visit_id: String,
    pub session_id: String,
    pub number: i64,
    pub issued_at: Epoch,
    pub was_used: bool,
    /// The newest of the visit's bearers that came back; 0 when none did.
    pub newest_used: i64,
    /// When the newest of all was issued.
    pub newest_at: Epoch,
    pub session_created_at: Epoch,
    pub session_used_at: Epoch,
}

/// What a ticket was given to.
#[derive(Debug, Clone)]
pub struct ProbedVisit {
    pub session_id: String,
    pub by_password: bool,
    pub presented_number: i64,
    pub began_at: Epoch,
    /// Whether the cookie came back with it before.
    pub cookie_probed: bool,
}

/// A live visit of an account, as it is listed.
#[derive(Debug, Clone)]
pub struct ActiveSession {
    pub id: String,
    pub session_id: String,
    /// Company and its subdomain, where it was launched.
    pub company: Option<(String, String)>,
    /// The browser's name.
    pub browser: String,
    pub by_bearer: bool,
    pub began_at: Epoch,
    pub used_at: Epoch,
}

/// A visit of an account, over or not, as its file of everything tells it.
#[derive(Debug, Clone)]
pub struct VisitRecord {
    pub id: String,
    /// Company, its subdomain and the user id there, where it was launched.
    pub launched_by: Option<(String, String, String)>,
    pub browser: String,
    pub by_bearer: bool,
    pub began_at: Epoch,
    pub used_at: Epoch,
    pub password_verified_at: Option<Epoch>,
    pub ended_at: Option<Epoch>,
}

/// Seconds after which things end.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// A browser session that is not used.
    pub session: Epoch,
    /// A pending visit, and a sign-in that waits for its confirmation.
    pub unconfirmed: Epoch,
    /// The ticket of a visit's first page.
    pub ticket: Epoch,
}
