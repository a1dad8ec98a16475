//! What happens when the system's time was set back: times in the database that are in the future count as now. Else
//! people would wait an hour longer for a next attempt, and a fresh password would stay fresh for an hour, because
//! somebody corrected the clock by one.

use super::{IDLE, PENDING_LIFETIME, Visits, cookie_probe::TICKET};
use crate::server::{
    clock::{Epoch, Reading},
    storage::{self, future},
    visit::Lifetimes,
};

const LIVES: Lifetimes = Lifetimes { session: IDLE, unconfirmed: PENDING_LIFETIME, ticket: TICKET };

impl Visits {
    /// Looks whether the time was set back since the last call, or, at the first one, since something was last noted;
    /// if so, corrects what is in the future.
    ///
    /// # Errors
    /// When the database fails; the next call tries again.
    pub(super) async fn notice_set_back(&self) -> storage::Result<()> {
        let reading = self.core.clock.read();
        if self.was_set_back(reading).await? {
            tracing::warn!("the system clock moved back; timestamps in the future now count as the present");
            let now = self.core.clock.now();
            self.core
                .storage
                .write(move |mut tx| async move { future::clamp_to_now(&mut tx, LIVES, now).await })
                .await?;
        }
        *self.last_reading() = Some(reading);
        Ok(())
    }

    async fn was_set_back(&self, reading: Reading) -> storage::Result<bool> {
        let last = *self.last_reading();
        match last {
            Some(last) => Ok(reading.was_set_back_since(last)),
            None => {
                let newest: Option<Epoch> = future::newest_audit_time(self.core.storage.reader()).await?;
                Ok(newest.is_some_and(|at| at > self.core.clock.now()))
            }
        }
    }

    fn last_reading(&self) -> std::sync::MutexGuard<'_, Option<Reading>> {
        self.last_reading.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
