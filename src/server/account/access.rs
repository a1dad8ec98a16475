//! The decision whether an account may act. All sign-in paths call this.

use super::Account;
use crate::server::company::{self, CompanyBlocked, CompanyStatus};

/// Why somebody may not act, although we know who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessDenied {
    #[error("the account is disabled")]
    Account,
    #[error("the company is disabled")]
    Company,
    #[error("Entrata suspended the company")]
    Suspended,
}

impl From<CompanyBlocked> for AccessDenied {
    fn from(blocked: CompanyBlocked) -> Self {
        match blocked {
            CompanyBlocked::Disabled => Self::Company,
            CompanyBlocked::Suspended => Self::Suspended,
        }
    }
}

/// Checks whether an account may act for a company.
pub fn may_enter(account: &Account, company: CompanyStatus) -> Result<(), AccessDenied> {
    if account.disabled {
        return Err(AccessDenied::Account);
    }
    Ok(company::may_act(company)?)
}
