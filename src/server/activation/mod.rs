//! Activation events: Entrata tells that a company switched the app on or off. Nobody signs them, so each is believed only as far as
//! Entrata itself bears it out, and what it names decides no address. Receives, keeps, and works them one by one; makes no visit, links
//! nobody, keeps no token.

mod apply;
mod check;
mod event;
mod exchange;
mod model;
mod rate_limit;
mod receive;
mod sweep;
mod work;

use crate::server::core::Core;
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

/// What a code is sealed for while its event waits.
pub fn code_place(event: &str) -> String {
    format!("events.code/{event}")
}

/// What may be asked of Entrata.
#[derive(Clone)]
pub struct Outside {
    pub issuer: String,
    pub entrata: EntrataOauth,
    pub services: Services,
}

#[derive(Clone)]
pub struct Activation {
    core: Core,
    vault: Vault,
    identities: Identities,
    outside: Outside,
    /// Events without a code, by the company where we know it.
    idle: Limit<Option<String>>,
    /// Something came in.
    wake: Arc<Notify>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Activation {
    /// Starts the one task that works what came in, now and before.
    pub fn start(core: Core, vault: Vault, identities: Identities, outside: Outside) -> Self {
        let (wake, stop, tasks) = (Arc::default(), CancellationToken::new(), TaskTracker::new());
        let idle = Limit::new(core.clock.clone(), receive::IDLE);
        let this = Self { core, vault, identities, outside, idle, wake, stop, tasks };
        this.tasks.spawn(this.clone().work());
        this
    }

    /// Lets the exchange that runs end, and begins no other; what waits still is worked after the next start.
    pub async fn finish(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
