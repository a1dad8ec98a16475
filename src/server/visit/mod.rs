//! Visits: one tab's stay, begun by a launch or by signing in directly, opened by the cookie of the browser that began it or by a bearer.
//! A visit acts as one identity and one account, for good.

mod acting;
mod active_sessions;
mod bearer;
mod browser;
mod cap;
mod close;
mod confirm_password;
mod cookie_probe;
mod credential;
mod data;
mod known;
mod last_authenticated;
mod model;
mod new_tab;
mod open;
mod presented;
mod set_back;
mod sign_in;
mod sign_out;
mod state;
mod sweep;

use crate::server::core::Core;
use std::sync::{Arc, Mutex};

pub use acting::acts_as;
pub use bearer::{Bearer, Token};
pub use browser::{Browser, Cookie, IssuedFor, NewSessionIds, next_id};
pub use cap::{MOST_IDS, MOST_OF_ACCOUNT, MOST_OF_SESSION, MOST_OPEN, cap};
pub use close::close;
pub use confirm_password::RECENT_AUTHENTICATION;
pub use cookie_probe::{PageTicket, ProbeOutcome};
pub use credential::{NewCredentials, RenewedCredential, SessionCredential, renew};
pub use data::Typed;
pub use known::{BrowserKey, KNOWN};
pub use model::{
    ActiveSession, EndedVisit, Lifetimes, LiveSession, NewSessionId, NewVisit, ProbedVisit, RevokedVisit, StoredBearer,
    UnconfirmedLink, UnconfirmedSignIn, VisitCaps, VisitRecord,
};
pub use new_tab::NewTabError;
pub use open::OpenError;
pub use presented::{BrowserContext, browser_name};
pub use sign_in::{SignInEvidence, VisitSignInError, ticket_hash, ticket_place};
pub use sign_out::SignedOut;
pub use state::{Visit, VisitState, WrongState};

use super::{
    clock::{Epoch, Reading},
    vault::Vault,
};

/// Seconds that a held visit waits for a sign-in and its confirmation.
pub const PENDING_LIFETIME: Epoch = 10 * 60;
/// Seconds without use after which a browser session ends.
pub const IDLE: Epoch = 12 * 60 * 60;
/// Seconds after which a browser session ends however much it is used.
pub const ABSOLUTE: Epoch = 7 * 24 * 60 * 60;

#[derive(Clone)]
pub struct Visits {
    core: Core,
    vault: Vault,
    /// What the clock said when rows were last swept.
    last_reading: Arc<Mutex<Option<Reading>>>,
}

impl Visits {
    /// The time that visits go by.
    pub fn now(&self) -> Epoch {
        self.core.clock.now()
    }

    pub fn new(core: Core, vault: Vault) -> Self {
        Self { core, vault, last_reading: Arc::default() }
    }
}
