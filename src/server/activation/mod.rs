//! Activation events: Entrata reports that a company enabled or disabled the app. Events are not signed, so each one is
//! verified with Entrata before it has an effect, and no field of it decides which address is called. Events are stored
//! first and processed one by one. They create no visit and no link, and store no token.

mod apply;
mod check;
mod event;
mod exchange;
mod model;
mod rate_limit;
mod receive;
mod sweep;
mod work;

pub use event::ActivationEvent;
pub use model::{DueEvent, EventKind, EventState, KnownEvent, NewEvent};
pub use receive::Received;
pub use sweep::sweep;
pub use work::EventHandler;

use work::Processor;

use super::{core::Core, ids::EventId, jobs::Queue, rate_limit::Limit, vault::Vault};
use crate::server::connectors::entrata::{EntrataOauth, Services};

/// The associated data that an event's code is sealed with.
pub fn code_context(event: &EventId) -> String {
    format!("events.code/{event}")
}

/// How Entrata is called.
#[derive(Clone)]
pub struct EntrataAccess {
    pub issuer: String,
    pub entrata: EntrataOauth,
    pub services: Services,
}

/// Receives events.
#[derive(Clone)]
pub struct Activation {
    core: Core,
    vault: Vault,
    issuer: String,
    queue: Queue,
    /// Limits events without a code, per company where the company is known.
    without_code: Limit<Option<String>>,
}

impl Activation {
    /// `issuer`: the issuer of Entrata's identities.
    pub fn new(core: Core, vault: Vault, issuer: String, queue: Queue) -> Self {
        let without_code = Limit::new(core.clock.clone(), receive::WITHOUT_CODE);
        Self { core, vault, issuer, queue, without_code }
    }
}
