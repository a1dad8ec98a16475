//! The one decision on who may enter: every way in asks here.

use super::Account;
pub use crate::server::company::CompanyStatus;

/// Why somebody is kept out though we know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessDenied {
    Account,
    Company,
    /// Entrata keeps the app from the company.
    Suspended,
}

/// Whether an account may act, and for a company where there is one.
///
/// # Errors
/// [`AccessDenied`] says what keeps it out.
pub fn may_enter(account: &Account, company: CompanyStatus) -> Result<(), AccessDenied> {
    if account.disabled {
        return Err(AccessDenied::Account);
    }
    company_may(company)
}

/// Whether anybody may act for a company.
///
/// # Errors
/// [`AccessDenied`] says what keeps it out.
pub fn company_may(company: CompanyStatus) -> Result<(), AccessDenied> {
    match company {
        CompanyStatus::Open => Ok(()),
        CompanyStatus::Disabled => Err(AccessDenied::Company),
        CompanyStatus::Suspended => Err(AccessDenied::Suspended),
    }
}
