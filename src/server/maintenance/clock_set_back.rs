//! Corrects stored timestamps after the system clock was set back: those in the future count as the present. Otherwise
//! a clock corrected by an hour would make people wait an hour longer for their next attempt, and a password would
//! count as recently entered for an hour.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::server::{
    clock::Reading,
    core::Core,
    storage::{self, future},
    visit::{IDLE, Lifetimes, PENDING_LIFETIME, TICKET_LIFETIME},
};

const LIFETIMES: Lifetimes = Lifetimes { session: IDLE, unconfirmed: PENDING_LIFETIME, ticket: TICKET_LIFETIME };

#[derive(Default)]
pub struct ClockSetBack {
    /// The clock at the last call.
    last_reading: Mutex<Option<Reading>>,
}

impl ClockSetBack {
    /// Corrects future timestamps if the clock was set back since the last call or, at the first call, since the newest
    /// audit row.
    ///
    /// # Errors
    /// When storage fails. The next call tries again.
    pub async fn correct(&self, core: &Core) -> storage::Result<()> {
        let reading = core.clock.read();
        if self.was_set_back(core, reading).await? {
            tracing::warn!("the system clock moved back; timestamps in the future now count as the present");
            let now = core.clock.now();
            let correct =
                core.storage.write(move |mut tx| async move { future::clamp_to_now(&mut tx, LIFETIMES, now).await });
            correct.await?;
        }
        *self.last_reading() = Some(reading);
        Ok(())
    }

    async fn was_set_back(&self, core: &Core, reading: Reading) -> storage::Result<bool> {
        let last = *self.last_reading();
        match last {
            Some(last) => Ok(reading.was_set_back_since(last)),
            None => {
                let newest = future::newest_audit_time(core.storage.reader()).await?;
                Ok(newest.is_some_and(|at| at > core.clock.now()))
            }
        }
    }

    fn last_reading(&self) -> MutexGuard<'_, Option<Reading>> {
        self.last_reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
