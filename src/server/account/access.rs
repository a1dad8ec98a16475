//! The one decision on who may enter: every way in asks here.

use super::Account;

/// Why somebody is kept out though we know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    Account,
    Company,
}

/// Whether an account may act, and for a company where there is one.
///
/// # Errors
/// [`Shut`] says what was disabled.
pub fn may_enter(account: &Account, company_disabled: bool) -> Result<(), Shut> {
    match (account.disabled, company_disabled) {
        (true, _) => Err(Shut::Account),
        (_, true) => Err(Shut::Company),
        _ => Ok(()),
    }
}
