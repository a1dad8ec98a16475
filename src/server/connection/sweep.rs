//! Deletes expired tickets and states and what interrupted disconnections left, and measures how late syncs are.

use super::{System, disconnect};
use crate::server::{
    core::Core,
    storage::{self, connect_redirects, connections},
};

/// Deletes expired rows. Returns how many.
pub async fn sweep(core: &Core) -> storage::Result<u64> {
    let (storage, now) = (&core.storage, core.clock.now());
    let lags = connections::sync_lags(storage.reader(), now).await?;
    for system in System::ALL {
        let lag = lags.iter().find(|(late, _)| *late == system).map_or(0, |(_, lag)| *lag);
        core.metrics.sync_lag(system.name(), lag);
    }
    let tickets = storage.delete_in_batches(move |mut tx, most| async move {
        connect_redirects::sweep_tickets(&mut tx, now, most).await
    });
    let tickets = tickets.await?;
    let states = storage.delete_in_batches(move |mut tx, most| async move {
        connect_redirects::sweep_states(&mut tx, now, most).await
    });
    Ok(tickets + states.await? + disconnect::sweep(storage).await?)
}
