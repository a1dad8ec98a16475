//! The soft lock: after five tries without the right password an e-mail has to wait, each time longer, never for good.
//! An attempt is taken before the password is looked at, so that many at once get no more checks than one after the
//! other. An e-mail without an account waits just the same. Attempts are in the database because the lock must survive
//! a restart. Known devices get no counter of their own: people who come from Entrata need no password.

use super::{Accounts, SignInError, password::HashingSlot};
use crate::server::{
    account::FailedAttempts,
    clock::Epoch,
    digest::digest,
    storage::{self, accounts::fold, attempts},
};

/// Attempts that need no waiting.
const FREE: i64 = 5;
/// Seconds to wait after the last free one; twice as long after each further one, up to the longest.
const SHORTEST: Epoch = 30;
const LONGEST: Epoch = 15 * 60;
/// Attempts that wait for the database's writer at once. A flood of passwords waits in front of it instead, and finds
/// out there that no check can be had: else a launch's writes would wait behind a thousand attempts that come to
/// nothing.
pub(super) const AT_ONCE: usize = 8;
/// Seconds of rest after which earlier attempts are forgotten.
pub const REST: Epoch = 60 * 60;

/// What attempts are counted by.
#[derive(Debug, Clone, Copy)]
pub(super) enum AttemptTarget<'a> {
    /// Anybody's, by the e-mail that was typed.
    Email(&'a str),
    /// Those of whoever is in already, by the account's id.
    Inside(&'a str),
    /// E-mails that somebody who is in asked for in place of the account's, by the account's id.
    EmailFor(&'a str),
}

impl AttemptTarget<'_> {
    pub(super) fn hash(self) -> [u8; 32] {
        match self {
            Self::Email(email) => digest("sign-in attempts", fold(email).as_bytes()),
            Self::Inside(account) => digest("attempts inside", account.as_bytes()),
            Self::EmailFor(account) => digest("e-mails asked for", account.as_bytes()),
        }
    }
}

/// An attempt that was taken, to be told when it was right.
pub(super) struct Attempt {
    hash: [u8; 32],
}

fn wait_after(failures: i64) -> Epoch {
    match failures - FREE {
        ..0 => 0,
        more => SHORTEST.checked_shl(u32::try_from(more.min(10)).unwrap_or(10)).unwrap_or(LONGEST).min(LONGEST),
    }
}

impl Accounts {
    /// Takes one attempt, and a place for checking its password. Whoever gets none of either costs no write.
    ///
    /// # Errors
    /// [`SignInError::Wait`], [`SignInError::Busy`], and those of the database.
    pub(super) async fn take_attempt(&self, tried: AttemptTarget<'_>) -> Result<(Attempt, HashingSlot), SignInError> {
        if self.hasher.is_full() {
            return Err(SignInError::Busy);
        }
        let _permit = self.attempting.acquire().await.map_err(|_| SignInError::Busy)?;
        // Taken before the write, so that no attempt is recorded whose password can't be checked. If the person has to
        // wait, the place is given back at once.
        let place = self.hasher.place()?;
        let (hash, now) = (tried.hash(), self.core.clock.now());
        self.core
            .storage
            .write(move |mut tx| async move {
                let before = attempts::find(&mut tx, &hash).await?.filter(|a| now - a.last_at < REST);
                let before = before.unwrap_or_default();
                if before.throttled_until > now {
                    // Never longer than the rule says, also where the time was set back since. The sweep corrects
                    // the row.
                    let wait = (before.throttled_until - now).min(wait_after(before.failures));
                    return Err(SignInError::Wait(wait));
                }
                let failures = before.failures + 1;
                let throttled_until = now + wait_after(failures);
                attempts::upsert(&mut tx, &hash, FailedAttempts { failures, throttled_until, last_at: now }).await?;
                Ok((Attempt { hash }, place))
            })
            .await
    }
}

impl Attempt {
    /// It was right: those before it are forgotten.
    pub(super) async fn was_right(self, accounts: &Accounts) -> storage::Result<()> {
        accounts
            .core
            .storage
            .write_alone(move |mut tx| async move { attempts::delete(&mut tx, &self.hash).await })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::wait_after;

    #[test]
    fn five_attempts_are_free_and_the_waits_grow_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = (1..=12).map(wait_after).collect();
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(wait_after(i64::MAX), 900);
    }
}
