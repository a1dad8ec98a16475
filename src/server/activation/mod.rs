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

use crate::server::{core::Core, ids::EventId};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use std::sync::Arc;

pub use event::ActivationEvent;
pub use model::{DueEvent, EventKind, EventState, KnownEvent, NewEvent};
pub use receive::Received;
pub use sweep::sweep;

use super::{identity::Identities, vault::Vault};
use crate::server::connectors::entrata::{EntrataOauth, Services};
use crate::server::rate_limit::Limit;

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

#[derive(Clone)]
pub struct Activation {
    core: Core,
    vault: Vault,
    identities: Identities,
    access: EntrataAccess,
    /// Limits events without a code, per company where the company is known.
    without_code: Limit<Option<String>>,
    /// Signals a new event.
    wake: Arc<Notify>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Activation {
    /// Starts the one task that processes events, including those left from before.
    pub fn start(core: Core, vault: Vault, identities: Identities, access: EntrataAccess) -> Self {
        let (wake, stop, tasks) = (Arc::default(), CancellationToken::new(), TaskTracker::new());
        let without_code = Limit::new(core.clock.clone(), receive::WITHOUT_CODE);
        let this = Self { core, vault, identities, access, without_code, wake, stop, tasks };
        this.tasks.spawn(this.clone().work());
        this
    }

    /// Waits for the exchange that is running and starts no other. Events that still wait are processed after the next
    /// start.
    pub async fn finish(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
