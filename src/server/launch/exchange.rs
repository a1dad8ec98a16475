//! One launch: claim the code, exchange it once, and store the result. Two requests with the same code never both
//! exchange it.

use tokio::sync::watch;
use tracing::Instrument;

use super::{
    Code, LaunchError, LaunchOutcome, Launches, replay,
    resolve::{Exchanged, resolve},
    running::{Entry, Finished},
};
use crate::server::{connectors::ConnectorError, storage::launch_codes, visit::BrowserContext};

pub(super) async fn launch(launches: &Launches, code: &Code, browser: BrowserContext) -> LaunchOutcome {
    let hash = code.hash();
    let session = browser.browser.as_ref().map(|browser| browser.session_id.as_str());
    match launches.running.enter(hash, session) {
        Entry::First(run) => match claim(launches, hash).await {
            Ok(true) => {
                let outcome = exchange(launches, code, hash, browser).await;
                run.finish(outcome.as_ref().map(|_| ()).map_err(|error| *error));
                outcome
            }
            Ok(false) => {
                // The run ends before the replay is handled, which may wait for the writer. Otherwise somebody who
                // replays the code would make the owner's reload look like another browser's.
                run.finish(Ok(()));
                replay::open_again(&launches.core, hash, browser).await
            }
            Err(error) => {
                run.finish(Err(error));
                Err(error)
            }
        },
        Entry::SameBrowser(finished) => wait(launches, finished, hash, browser).await,
        Entry::OtherBrowser(finished) => {
            record_replay_later(launches, finished, hash, browser);
            Err(LaunchError::Spent)
        }
    }
}

/// Claims the code. Returns false if it was launched before.
async fn claim(launches: &Launches, hash: [u8; 32]) -> Result<bool, LaunchError> {
    let now = launches.core.clock.now();
    let claim =
        launches.core.storage.write_alone(move |mut tx| async move { launch_codes::claim(&mut tx, &hash, now).await });
    claim.await.map_err(|error: crate::server::storage::Error| {
        if error.is_transient() {
            tracing::error!(%error, "could not claim a code");
            return LaunchError::StorageUnavailable { free: true };
        }
        error.into()
    })
}

async fn exchange(launches: &Launches, code: &Code, hash: [u8; 32], browser: BrowserContext) -> LaunchOutcome {
    let began_at = launches.core.clock.now_micros();
    match launches.entrata.exchange(code.secret()).await {
        Ok((token, user)) => resolve(launches, hash, Exchanged { token, user, began_at }, browser).await,
        Err(error) => {
            tracing::warn!(%error, "could not read the user from Entrata");
            if matches!(error, ConnectorError::Unreachable { .. }) {
                // Nothing was sent, so the code may be launched again.
                let release = launches
                    .core
                    .storage
                    .write_alone(move |mut tx| async move { launch_codes::release(&mut tx, &hash).await });
                release.await.map_err(LaunchError::from)?;
            }
            Err(error.into())
        }
    }
}

/// Waits for the same browser's launch of the same code. If that opened a visit, returns the same visit.
async fn wait(
    launches: &Launches,
    mut finished: watch::Receiver<Option<Finished>>,
    hash: [u8; 32],
    browser: BrowserContext,
) -> LaunchOutcome {
    let finished = finished.wait_for(Option::is_some).await.ok().and_then(|finished| *finished);
    finished.unwrap_or(Err(LaunchError::Failed))?;
    replay::open_again(&launches.core, hash, browser).await
}

/// Records the replay once the launch has its visit. The response need not wait for that.
fn record_replay_later(
    launches: &Launches,
    mut finished: watch::Receiver<Option<Finished>>,
    hash: [u8; 32],
    browser: BrowserContext,
) {
    let core = launches.core.clone();
    let record = async move {
        let _ = finished.wait_for(Option::is_some).await;
        if let Err(error) = replay::record(&core, hash, browser.client).await {
            tracing::error!(%error, "could not record a replayed code");
        }
    };
    drop(launches.tasks.spawn(record.in_current_span()));
}
