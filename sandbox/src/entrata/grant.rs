//! What an auth code or an access token stands for, and how both look.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::random;

/// How long a code can be exchanged.
pub(crate) const CODE_LIFETIME: Duration = Duration::from_secs(60);
/// 90 days, as in the captured response.
pub(crate) const TOKEN_LIFETIME: Duration = Duration::from_secs(7_776_000);

#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) subdomain: String,
    pub(crate) user_id: String,
    /// Simulated time.
    pub(crate) issued_at: Duration,
    /// Has the code been exchanged?
    pub(crate) is_used: bool,
}

/// Returns 19 to 21 random bytes in base64, as in the vendor's sample: with `+`, `/` and up to two `=`.
pub(crate) fn new_code() -> String {
    let bytes: [u8; 22] = random::bytes();
    let length = 19 + usize::from(bytes[21] % 3);
    STANDARD.encode(&bytes[..length])
}

/// Returns 40 random hex digits, as in the captured response.
pub(crate) fn new_token() -> String {
    random::hex::<20>()
}
