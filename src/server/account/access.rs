//! The one decision on who may enter: every way in asks here.

use super::Account;
pub use crate::server::storage::companies::Stands;

/// Why somebody is kept out though we know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    Account,
    Company,
    /// Entrata keeps the app from the company.
    Suspended,
}

/// Whether an account may act, and for a company where there is one.
///
/// # Errors
/// [`Shut`] says what keeps it out.
pub fn may_enter(account: &Account, company: Stands) -> Result<(), Shut> {
    if account.disabled {
        return Err(Shut::Account);
    }
    company_may(company)
}

/// Whether anybody may act for a company.
///
/// # Errors
/// [`Shut`] says what keeps it out.
pub fn company_may(company: Stands) -> Result<(), Shut> {
    match company {
        Stands::Open => Ok(()),
        Stands::Disabled => Err(Shut::Company),
        Stands::Suspended => Err(Shut::Suspended),
    }
}
