//! Hashes passwords with Argon2id, on one low-priority thread per core, behind a queue of limited length.

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

/// Jobs that may wait, per core. At about 20 ms each, the last one waits a second.
const WAITING_PER_CORE: usize = 50;

/// Niceness of the threads: a flood of passwords must not slow down requests that need no hash.
const NICE: i32 = 10;

/// The queue is full. Try again in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are waiting to be hashed")]
pub struct Busy;

#[derive(Clone)]
pub struct Hasher {
    argon: Argon2<'static>,
    rng: Rng,
    /// Each worker keeps its 19 MiB. Allocated for every job, the allocator would hold many times as much.
    workers: Workers<Vec<Block>>,
    queued: Arc<AtomicUsize>,
    /// Jobs that may run and wait altogether.
    capacity: usize,
    /// What the password for an unknown email is checked against, so that it takes the same time.
    dummy_hash: Arc<str>,
}

impl Hasher {
    /// Uses OWASP's second choice for Argon2id: 19 MiB, two passes, one lane. Starts the threads.
    pub fn new(rng: Rng) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let params = Params::new(19 * 1024, 2, 1, None).expect("these parameters are within Argon2's limits");
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // Random bytes in the right form match no password. Computing a real hash would slow down every start.
        let salt = SaltString::encode_b64(&rng.bytes::<16>()).expect("16 bytes are a valid salt");
        let output = SaltString::encode_b64(&rng.bytes::<32>()).expect("32 bytes can be encoded");
        let dummy_hash = format!("$argon2id$v=19$m=19456,t=2,p=1${salt}${output}").into();
        let capacity = cores * (WAITING_PER_CORE + 1);
        let workers = Workers::start("hashing", NICE, cores);
        Self { argon, rng, workers, queued: Arc::default(), capacity, dummy_hash }
    }

    /// Whether the queue is full.
    pub(super) fn is_full(&self) -> bool {
        self.queued.load(Ordering::Acquire) >= self.capacity
    }

    /// Reserves a slot in the queue.
    ///
    /// # Errors
    /// When the queue is full.
    pub(super) fn reserve(&self) -> Result<HashingSlot, Busy> {
        HashingSlot::reserve(&self.queued, self.capacity)
    }

    /// Returns the hash of a password as a PHC string.
    ///
    /// # Errors
    /// When the queue is full or the worker stopped.
    pub async fn hash(&self, password: SecretString) -> Result<String, Busy> {
        let slot = self.reserve()?;
        let salt = SaltString::encode_b64(&self.rng.bytes::<16>()).expect("16 bytes are a valid salt");
        self.run(slot, move |argon, memory| {
            let hash = output(argon, password.expose_secret(), &salt, memory);
            PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(argon.params()).expect("our own parameters can be encoded"),
                salt: Some(salt.as_salt()),
                // Without its hash, no sign-in with this password would ever work.
                hash: Some(hash.expect("a password of at most 1024 bytes can be hashed")),
            }
            .to_string()
        })
        .await
    }

    /// Returns whether `hash` is the hash of a password. Without a hash, does the same work and returns false.
    ///
    /// # Errors
    /// When the worker stopped.
    pub(super) async fn verify(
        &self,
        slot: HashingSlot,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<bool, Busy> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.dummy_hash.to_string());
        let matches = self
            .run(slot, move |_, memory| {
                let Ok(stored) = PasswordHash::new(&hash) else { return false };
                let Some(salt) = stored.salt.and_then(|s| SaltString::from_b64(s.as_str()).ok()) else { return false };
                // An older hash may have other parameters, but never needs more memory than ours.
                let Ok(params) = Params::try_from(&stored) else { return false };
                let Some(memory) = memory.get_mut(..params.block_count()) else { return false };
                let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                // `Output` compares in constant time.
                stored.hash.is_some() && output(&argon, password.expose_secret(), &salt, memory) == stored.hash
            })
            .await?;
        Ok(known && matches)
    }

    async fn run<T: Send + 'static>(
        &self,
        slot: HashingSlot,
        work: impl FnOnce(&Argon2<'static>, &mut [Block]) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let argon = self.argon.clone();
        // The worker owns the slot, so it stays taken until the work is done, even if the request was dropped.
        let done = self.workers.run(move |memory| {
            memory.resize(argon.params().block_count(), Block::default());
            let result = work(&argon, memory);
            drop(slot);
            result
        });
        done.await.ok_or(Busy)
    }
}

/// Computes a hash. Fails only for passwords of 4 GiB (RFC 9106 §3.1), which no form accepts.
fn output(argon: &Argon2<'_>, password: &str, salt: &SaltString, memory: &mut [Block]) -> Option<Output> {
    let (mut bytes, mut raw) = ([0; 32], [0; 64]);
    let salt = salt.decode_b64(&mut raw).ok()?;
    argon.hash_password_into_with_memory(password.as_bytes(), salt, &mut bytes, memory).ok()?;
    Output::new(&bytes).ok()
}

/// A slot in the queue, released when dropped.
#[derive(Debug)]
pub(super) struct HashingSlot(Arc<AtomicUsize>);

impl HashingSlot {
    fn reserve(queued: &Arc<AtomicUsize>, capacity: usize) -> Result<Self, Busy> {
        let slot = Self(queued.clone());
        if queued.fetch_add(1, Ordering::AcqRel) >= capacity { Err(Busy) } else { Ok(slot) }
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
    async fn a_password_is_hashed_with_the_chosen_parameters_and_verified() {
        let hasher = Hasher::new(Rng);
        let slot = || hasher.reserve().unwrap();
        let hash = hasher.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify(slot(), "correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(slot(), "correct horsf".into(), Some(hash)).await.unwrap());
        assert!(!hasher.verify(slot(), "correct horse".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn the_password_for_an_unknown_email_is_hashed_with_the_same_parameters() {
        let hasher = Hasher::new(Rng);
        let parsed = PasswordHash::new(&hasher.dummy_hash).unwrap();
        let (dummy, ours) = (Params::try_from(&parsed).unwrap(), hasher.argon.params());
        assert_eq!((dummy.m_cost(), dummy.t_cost(), dummy.p_cost()), (ours.m_cost(), ours.t_cost(), ours.p_cost()));
        assert_eq!(parsed.hash.unwrap().len(), 32);
    }

    #[tokio::test]
    async fn the_queue_is_limited() {
        let mut hasher = Hasher::new(Rng);
        hasher.capacity = 0;
        assert!(hasher.reserve().is_err());
        assert_eq!(hasher.queued.load(Ordering::Acquire), 0);
    }
}
