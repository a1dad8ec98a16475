//! Runs launches. A launch runs in its own task and outlives its request: a browser that goes away must not leave a
//! spent code without its visit.

use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::{
    Code, LaunchError, LaunchOutcome, exchange,
    limits::RefusedLaunches,
    outcome::{label, log, verdict},
    running::Running,
};
use crate::server::{connectors::entrata::EntrataOauth, core::Core, vault::Vault, visit::BrowserContext};

#[derive(Clone)]
pub struct Launches {
    pub(super) core: Core,
    pub(super) vault: Vault,
    pub(super) issuer: String,
    /// Whether an unknown browser needs the account's password (`NEW_BROWSER=ask`).
    pub(super) ask_new_browsers: bool,
    pub(super) entrata: EntrataOauth,
    pub(super) running: Running,
    pub(super) tasks: TaskTracker,
    refused: RefusedLaunches,
}

impl Launches {
    pub fn new(core: Core, vault: Vault, entrata: EntrataOauth, issuer: String) -> Self {
        let (running, tasks) = (Running::default(), TaskTracker::new());
        let refused = RefusedLaunches::new(core.clock.clone(), usize::MAX);
        Self { core, vault, issuer, ask_new_browsers: false, entrata, running, tasks, refused }
    }

    /// Limits the launches that wait until Entrata has decided on those before them.
    pub fn with_max_waiting(self, max: usize) -> Self {
        let refused = RefusedLaunches::new(self.core.clock.clone(), max);
        Self { refused, ..self }
    }

    /// Sets whether a linked identity needs its account's password in a browser that is not known for the account.
    pub fn with_new_browser_check(self, ask_new_browsers: bool) -> Self {
        Self { ask_new_browsers, ..self }
    }

    /// Launches a code.
    pub async fn launch(&self, code: Code, browser: BrowserContext) -> LaunchOutcome {
        let reserved = match self.refused.reserve(&browser).await {
            Ok(reserved) => reserved,
            Err(seconds) => return self.refuse(LaunchError::TooMany { seconds }),
        };
        let this = self.clone();
        let run = async move {
            let outcome = exchange::launch(&this, &code, browser).await;
            // Here and not where the request is answered, so that it also counts if the browser goes away first.
            reserved.end(verdict(&outcome));
            this.record(&outcome);
            outcome
        };
        self.tasks.spawn(run.in_current_span()).await.unwrap_or(Err(LaunchError::Failed))
    }

    /// Records a launch that is refused without looking at its code.
    pub fn refuse(&self, error: LaunchError) -> LaunchOutcome {
        let outcome = Err(error);
        self.record(&outcome);
        outcome
    }

    /// Waits for the launches that still run. No more may be started.
    pub async fn finish(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn record(&self, outcome: &LaunchOutcome) {
        log(outcome);
        self.core.metrics.launched(label(outcome));
    }
}
