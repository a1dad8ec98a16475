//! Whether anybody may act for a company.

use super::CompanyStatus;

/// Why nobody may act for a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompanyBlocked {
    #[error("the company is disabled")]
    Disabled,
    #[error("Entrata suspended the company")]
    Suspended,
}

/// Checks whether anybody may act for a company.
pub fn may_act(company: CompanyStatus) -> Result<(), CompanyBlocked> {
    match company {
        CompanyStatus::Open => Ok(()),
        CompanyStatus::Disabled => Err(CompanyBlocked::Disabled),
        CompanyStatus::Suspended => Err(CompanyBlocked::Suspended),
    }
}
