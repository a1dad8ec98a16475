//! Reads a password from standard input.

use std::{fs::File, io::Read, os::fd::AsFd};

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::server::cli::CliError;

/// Maximum bytes that are read. More than any password has.
const MAX_INPUT: usize = 4096;

/// Returns all of standard input without the line end.
pub fn read_password() -> Result<SecretString, CliError> {
    let unreadable = |e: String| CliError::message(format!("can't read the password from standard input: {e}"));
    // `Stdin` would keep the password in its own buffer, and a growing vector would leave parts of it in memory.
    let stdin = std::io::stdin().as_fd().try_clone_to_owned().map_err(|e| unreadable(e.to_string()))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_INPUT));
    let read = File::from(stdin).take(MAX_INPUT as u64).read_to_end(&mut bytes);
    read.map_err(|e| unreadable(e.to_string()))?;
    let text = std::str::from_utf8(&bytes).map_err(|e| unreadable(e.to_string()))?;
    Ok(text.trim_end_matches(['\r', '\n']).into())
}
