//! Visits: one tab's session, begun by a launch or a direct sign-in, and opened by the cookie of the browser that began
//! it or by a bearer token. A visit never changes its identity, nor its account once it is linked.

mod active_sessions;
mod acts_as;
mod bearer;
mod begin;
mod browser_context;
mod caps;
mod confirm;
mod confirm_password;
mod cookie_probe;
mod credential;
mod known_browsers;
mod model;
mod new_tab;
mod open;
mod session;
mod session_data;
mod session_ids;
mod sign_in;
mod sign_out;
mod state;
mod sweep;
mod unlink;
mod visits;

use super::clock::Epoch;

pub use super::storage::revocation::close;
pub use acts_as::acts_as;
pub use bearer::{Bearer, Token};
pub use begin::{NewVisit, begin};
pub use browser_context::{BrowserContext, browser_name};
pub use caps::{MAX_FOR_NEW_TAB, MAX_PER_ACCOUNT, MAX_PER_SESSION, MAX_SESSION_IDS, enforce_caps};
pub use confirm::{ConfirmError, ticket_place};
pub use confirm_password::RECENT_AUTHENTICATION;
pub use cookie_probe::{PageTicket, ProbeOutcome, TICKET_LIFETIME};
pub use credential::{RenewedCredential, SessionCredential};
pub use known_browsers::{BrowserKey, KNOWN_BROWSER_LIFETIME};
pub use model::{
    ActiveSession, EndedVisit, Lifetimes, LiveSession, NewSessionId, ProbedVisit, RevokedVisit, StoredBearer,
    UnconfirmedLink, UnconfirmedSignIn, VisitCaps, VisitRecord,
};
pub use new_tab::NewTabError;
pub use open::OpenError;
pub use session_data::Typed;
pub use session_ids::{Browser, Cookie, IssuedFor, NewSessionIds, next_id};
pub use sign_in::{SignInEvidence, VisitSignInError};
pub use sign_out::SignedOut;
pub use state::{Visit, VisitState, WrongState};
pub use sweep::sweep;
pub use unlink::{UnlinkError, UnlinkReason};
pub use visits::Visits;

/// Seconds that a pending visit waits for a sign-in and its confirmation.
pub const PENDING_LIFETIME: Epoch = 10 * 60;
/// Seconds without use after which a browser session expires.
pub const IDLE: Epoch = 12 * 60 * 60;
/// Seconds after which a browser session expires regardless of use.
pub const ABSOLUTE: Epoch = 7 * 24 * 60 * 60;
/// Seconds between two writes that record the use of a visit or a session.
const TOUCH_INTERVAL: Epoch = 60;
