//! Argon2id, on threads of its own, as many as there are cores, behind a queue that has an end.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{Output, ParamsString, PasswordHash, SaltString},
};
use secrecy::{ExposeSecret, SecretString};

use crate::server::{rng::Rng, workers::Workers};

/// Characters of a password at the least (ASVS 5.0 6.2.1).
pub(super) const SHORTEST: usize = 8;
/// Bytes of one at the most, which keeps hashing cheap (threat T15).
pub(super) const LONGEST: usize = 1024;
/// Checks that may wait for their turn, for each core. At some 20 ms a check this is about a second.
const WAITING: usize = 50;

/// Hashing gives way to all else, so that a flood of passwords slows nobody down who has none to give.
const NICE: i32 = 10;

/// More passwords are waiting to be checked than can be soon: come again in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

#[derive(Clone)]
pub struct Hasher {
    argon: Argon2<'static>,
    rng: Rng,
    /// One for each core, each with 19 MiB that it keeps: allocated anew for each check, the allocator keeps many times that.
    workers: Workers<Vec<Block>>,
    queued: Arc<AtomicUsize>,
    most: usize,
    /// What an unknown e-mail's password is checked against, so that it costs the same.
    nobody: Arc<str>,
}

impl Hasher {
    /// OWASP's second choice for Argon2id: 19 MiB, two passes, one lane.
    pub fn new(rng: Rng) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let params = Params::new(19 * 1024, 2, 1, None).expect("these parameters are within Argon2's limits");
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // A hash of nothing that can be typed: the form is right, the value matches no password. Made without hashing, since a start
        // must not wait for it.
        let salt = SaltString::encode_b64(&rng.bytes::<16>()).expect("16 bytes are a salt");
        let output = SaltString::encode_b64(&rng.bytes::<32>()).expect("32 bytes can be written so");
        let nobody = format!("$argon2id$v=19$m=19456,t=2,p=1${salt}${output}").into();
        let most = cores * (WAITING + 1);
        Self { argon, rng, workers: Workers::start("hashing", NICE, cores), queued: Arc::default(), most, nobody }
    }

    /// Whether nobody more can wait for a check just now.
    pub fn is_full(&self) -> bool {
        self.queued.load(Ordering::Acquire) >= self.most
    }

    /// A place among those who wait for a check.
    ///
    /// # Errors
    /// [`Busy`].
    pub fn place(&self) -> Result<HashingSlot, Busy> {
        HashingSlot::take(&self.queued, self.most)
    }

    /// The hash of a password, as a PHC string.
    ///
    /// # Errors
    /// [`Busy`], when the work broke off.
    pub async fn hash(&self, place: HashingSlot, password: SecretString) -> Result<String, Busy> {
        let salt = SaltString::encode_b64(&self.rng.bytes::<16>()).expect("16 bytes are a salt");
        self.in_turn(place, move |argon, memory| {
            let hash = output(argon, password.expose_secret(), &salt, memory);
            PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(argon.params()).expect("our own parameters can be written"),
                salt: Some(salt.as_salt()),
                // Never stored without its hash: nobody could ever sign in with that.
                hash: Some(hash.expect("a password of at most 1024 bytes can be hashed")),
            }
            .to_string()
        })
        .await
    }

    /// Whether a password is the one of `hash`; without a hash the same work is done, and the answer is no.
    ///
    /// # Errors
    /// [`Busy`], when the work broke off.
    pub async fn verify(&self, place: HashingSlot, password: SecretString, hash: Option<String>) -> Result<bool, Busy> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let matches = self
            .in_turn(place, move |_, memory| {
                let Ok(stored) = PasswordHash::new(&hash) else { return false };
                let Some(salt) = stored.salt.and_then(|s| SaltString::from_b64(s.as_str()).ok()) else { return false };
                // The parameters that it was made with, should ours have changed since; more memory than ours is not ours.
                let Ok(params) = Params::try_from(&stored) else { return false };
                let Some(memory) = memory.get_mut(..params.block_count()) else { return false };
                let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                // `Output` compares in constant time.
                stored.hash.is_some() && output(&argon, password.expose_secret(), &salt, memory) == stored.hash
            })
            .await?;
        Ok(known && matches)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        place: HashingSlot,
        work: impl FnOnce(&Argon2<'static>, &mut [Block]) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let argon = self.argon.clone();
        // The place goes along: it is held until the work is done, also when nobody waits for it any more.
        let done = self.workers.run(move |memory| {
            memory.resize(argon.params().block_count(), Block::default());
            let result = work(&argon, memory);
            drop(place);
            result
        });
        done.await.ok_or(Busy)
    }
}

/// The hash itself; none only for what no registration lets through (RFC 9106 §3.1: a password of 4 GiB).
fn output(argon: &Argon2<'_>, password: &str, salt: &SaltString, memory: &mut [Block]) -> Option<Output> {
    let (mut bytes, mut raw) = ([0; 32], [0; 64]);
    let salt = salt.decode_b64(&mut raw).ok()?;
    argon.hash_password_into_with_memory(password.as_bytes(), salt, &mut bytes, memory).ok()?;
    Output::new(&bytes).ok()
}

/// A place in the queue, given back when dropped.
#[derive(Debug)]
pub struct HashingSlot(Arc<AtomicUsize>);

impl HashingSlot {
    fn take(queued: &Arc<AtomicUsize>, most: usize) -> Result<Self, Busy> {
        let place = Self(queued.clone());
        if queued.fetch_add(1, Ordering::AcqRel) >= most { Err(Busy) } else { Ok(place) }
    }
}

impl Drop for HashingSlot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_hashed_as_decided_and_known_again() {
        let hasher = Hasher::new(Rng);
        let place = || hasher.place().unwrap();
        let hash = hasher.hash(place(), "correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify(place(), "correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(place(), "correct horsf".into(), Some(hash)).await.unwrap());
        assert!(!hasher.verify(place(), "correct horse".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_e_mail_s_password_is_hashed_just_the_same() {
        let hasher = Hasher::new(Rng);
        let parsed = PasswordHash::new(&hasher.nobody).unwrap();
        let (of_nobody, ours) = (Params::try_from(&parsed).unwrap(), hasher.argon.params());
        assert_eq!(
            (of_nobody.m_cost(), of_nobody.t_cost(), of_nobody.p_cost()),
            (ours.m_cost(), ours.t_cost(), ours.p_cost())
        );
        assert_eq!(parsed.hash.unwrap().len(), 32);
    }

    #[tokio::test]
    async fn the_queue_has_an_end() {
        let mut hasher = Hasher::new(Rng);
        hasher.most = 0;
        assert!(hasher.place().is_err());
        assert_eq!(hasher.queued.load(Ordering::Acquire), 0);
    }
}
