//! Throttling of password attempts. After five failed attempts an email has to wait, each time longer, at most 15
//! minutes. An attempt is counted before the password is checked, so that parallel attempts get no extra checks. An
//! email without an account is throttled the same way. Counters are in the database, so a restart doesn't reset them.
//! Known devices get no counter of their own: people who come from Entrata need no password.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{Account, Busy, FailedAttempts, Hasher, hasher::HashingSlot};
use crate::server::{
    clock::Epoch,
    core::Core,
    digest::digest,
    storage::{self, Reader, Tx, accounts::fold, attempts},
};

/// Attempts without waiting.
const FREE: i64 = 5;
/// Seconds to wait after the last free attempt. Doubles with each further one, up to the maximum.
const FIRST_WAIT: Epoch = 30;
const MAX_WAIT: Epoch = 15 * 60;
/// Attempts that may use the database's writer at once. During a flood, attempts wait here and find out that the
/// hashing queue is full, so that they don't delay the writes of launches.
const CONCURRENT: usize = 8;
/// Seconds without an attempt after which earlier ones are forgotten.
pub const ATTEMPT_MEMORY: Epoch = 60 * 60;

/// What kind of attempts a counter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptKind {
    /// Sign-ins, by the email that was typed.
    SignIn,
    /// Password confirmations in a signed-in visit, by the account.
    Confirmation,
    /// Email changes in a signed-in visit, by the account.
    EmailChange,
}

/// A counter: its kind, and the email or the account id that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct AttemptCounter<'a>(pub(super) AttemptKind, pub(super) &'a str);

impl<'a> AttemptCounter<'a> {
    /// The counters of an account.
    fn all(account: &'a Account) -> [Self; 3] {
        [
            Self(AttemptKind::SignIn, &account.email),
            Self(AttemptKind::Confirmation, account.id.as_str()),
            Self(AttemptKind::EmailChange, account.id.as_str()),
        ]
    }

    // The labels are part of the stored hashes.
    fn hash(self) -> [u8; 32] {
        match self.0 {
            AttemptKind::SignIn => digest("sign-in attempts", fold(self.1).as_bytes()),
            AttemptKind::Confirmation => digest("attempts inside", self.1.as_bytes()),
            AttemptKind::EmailChange => digest("e-mails asked for", self.1.as_bytes()),
        }
    }
}

/// Why an attempt was not allowed. Nothing was counted.
#[derive(Debug, thiserror::Error)]
pub enum ThrottleError {
    /// Seconds until the next attempt.
    #[error("too many attempts; the next one is allowed in {0} s")]
    Wait(Epoch),
    #[error(transparent)]
    Busy(#[from] Busy),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

#[derive(Clone)]
pub(super) struct Throttle {
    core: Core,
    permits: Arc<Semaphore>,
}

/// An attempt that was counted as failed until `Throttle::succeeded` is called.
pub(super) struct Attempt {
    hash: [u8; 32],
}

impl Throttle {
    pub(super) fn new(core: Core) -> Self {
        Self { core, permits: Arc::new(Semaphore::new(CONCURRENT)) }
    }

    /// Counts an attempt, and reserves a slot for hashing its password.
    ///
    /// # Errors
    /// See [`ThrottleError`]; an attempt that is refused for these reasons costs no write.
    pub(super) async fn begin(
        &self,
        hasher: &Hasher,
        counter: AttemptCounter<'_>,
    ) -> Result<(Attempt, HashingSlot), ThrottleError> {
        if hasher.is_full() {
            return Err(Busy.into());
        }
        let _permit = self.permits.acquire().await.map_err(|_| Busy)?;
        // Reserved before the write, so that no attempt is counted whose password can't be checked. Released at once if
        // the attempt has to wait.
        let slot = hasher.reserve()?;
        let (hash, now) = (counter.hash(), self.core.clock.now());
        let write = self.core.storage.write(move |mut tx| async move {
            let before = attempts::find(&mut tx, &hash).await?.filter(|a| now - a.last_at < ATTEMPT_MEMORY);
            let before = before.unwrap_or_default();
            if before.throttled_until > now {
                // Never longer than the rule says, even if the system's time was set back. The sweep corrects the row.
                let wait = (before.throttled_until - now).min(wait_after(before.failures));
                return Err(ThrottleError::Wait(wait));
            }
            let failures = before.failures + 1;
            let throttled_until = now + wait_after(failures);
            attempts::upsert(&mut tx, &hash, FailedAttempts { failures, throttled_until, last_at: now }).await?;
            Ok((Attempt { hash }, slot))
        });
        write.await
    }

    /// Resets the counter of an attempt that succeeded.
    pub(super) async fn succeeded(&self, attempt: Attempt) -> storage::Result<()> {
        self.core.storage.write_alone(move |mut tx| async move { attempts::delete(&mut tx, &attempt.hash).await }).await
    }
}

/// Returns the failed attempts of an account that are still stored.
pub async fn failed_attempts(db: &Reader, account: &Account) -> storage::Result<Vec<(AttemptKind, FailedAttempts)>> {
    let mut found = Vec::new();
    for counter in AttemptCounter::all(account) {
        found.extend(attempts::find(db, &counter.hash()).await?.map(|attempts| (counter.0, attempts)));
    }
    Ok(found)
}

/// Deletes all counters of an account.
pub async fn forget_all_attempts(tx: &mut Tx, account: &Account) -> storage::Result<()> {
    for counter in AttemptCounter::all(account) {
        attempts::delete(&mut *tx, &counter.hash()).await?;
    }
    Ok(())
}

/// Deletes the sign-in counter of an email.
pub async fn forget_sign_in_attempts(tx: &mut Tx, email: &str) -> storage::Result<()> {
    attempts::delete(tx, &AttemptCounter(AttemptKind::SignIn, email).hash()).await
}

/// Seconds to wait after this many failures.
fn wait_after(failures: i64) -> Epoch {
    match failures - FREE {
        ..0 => 0,
        more => {
            let doublings = u32::try_from(more.min(10)).unwrap_or(10);
            FIRST_WAIT.checked_shl(doublings).unwrap_or(MAX_WAIT).min(MAX_WAIT)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::wait_after;

    #[test]
    fn five_attempts_are_free_and_the_waits_grow_to_fifteen_minutes() {
        let waits: Vec<_> = (1..=12).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(wait_after(i64::MAX), 900);
    }
}
