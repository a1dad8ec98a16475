//! Random bytes for codes and tokens, from the operating system.

#[allow(clippy::disallowed_methods, reason = "a simulated system has its own source of randomness")]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system provides random bytes");
    bytes
}

/// Returns `N` random bytes as hex digits.
pub(crate) fn hex<const N: usize>() -> String {
    bytes::<N>().iter().map(|byte| format!("{byte:02x}")).collect()
}
