//! Visits: one tab's stay, begun by a launch or by signing in directly, opened by the cookie of the browser that began it or by a bearer.
//! A visit acts as one identity and one account, for good.

mod acting;
mod bearer;
mod browser;
mod cap;
mod carrier;
mod close;
mod data;
mod echo;
mod known;
mod open;
mod presented;
mod prove;
mod set_back;
mod sign_in;
mod sign_out;
mod stays;
mod sweep;
mod tab;

use std::sync::{Arc, Mutex};

pub use acting::acts_as;
pub use bearer::{Bearer, Token};
pub use browser::{Browser, Cookie, For, FreshIds, next_id};
pub use cap::{MOST_IDS, MOST_OF_ACCOUNT, MOST_OF_SESSION, MOST_OPEN, cap};
pub use carrier::{Carrier, Fresh, Renewed, renew};
pub use close::close;
pub use data::Typed;
pub use echo::{Echo, PageTicket};
pub use known::{BrowserKey, KNOWN};
pub use open::OpenError;
pub use presented::{Presented, browser_name};
pub use sign_in::{Grounds, VisitSignInError, ticket_hash, ticket_place};
pub use sign_out::SignedOut;
pub use stays::Stay;
pub use tab::TabError;

use super::{
    clock::{Clock, Epoch, Reading},
    vault::Vault,
};
use crate::server::rng::Chance;
use crate::server::storage::Storage;
pub use crate::server::storage::visits::Visit;

/// Seconds that a held visit waits for a sign-in and its confirmation.
pub const HELD: Epoch = 10 * 60;
/// Seconds without use after which a browser session ends.
pub const IDLE: Epoch = 12 * 60 * 60;
/// Seconds after which a browser session ends however much it is used.
pub const ABSOLUTE: Epoch = 7 * 24 * 60 * 60;

#[derive(Clone)]
pub struct Visits {
    storage: Storage,
    vault: Vault,
    chance: Chance,
    clock: Clock,
    /// What the clock said when rows were last swept.
    last_reading: Arc<Mutex<Option<Reading>>>,
}

impl Visits {
    /// The time that visits go by.
    pub fn now(&self) -> Epoch {
        self.clock.now()
    }

    pub fn new(storage: Storage, vault: Vault, chance: Chance, clock: Clock) -> Self {
        Self { storage, vault, chance, clock, last_reading: Arc::default() }
    }
}
