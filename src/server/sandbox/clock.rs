//! The world's own time and chance: real time plus what a test has added, and random bytes from the operating system.

use std::time::Duration;

use tokio::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Real time since the world began, plus every `advance`.
#[derive(Debug)]
pub(super) struct Clock {
    began: Instant,
    added: Duration,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { began: Instant::now(), added: Duration::ZERO }
    }

    pub(super) fn now(&self) -> Duration {
        self.began.elapsed() + self.added
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.added += by;
    }
}

/// 19 to 21 random bytes in base64, as in the vendor's sample: padding of two, one or none, `+` and `/` where chance wants them.
pub(super) fn new_code() -> String {
    let bytes: [u8; 22] = random();
    let length = 19 + usize::from(bytes[21] % 3);
    STANDARD.encode(&bytes[..length])
}

/// 40 hex digits, as in the captured answer.
pub(super) fn new_token() -> String {
    let bytes: [u8; 20] = random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[allow(clippy::disallowed_methods, reason = "the world is a system of its own, with its own randomness")]
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
