//! The types of this room. They know nothing of where they are stored.

use crate::server::clock::Epoch;

/// Whether something keeps a company out, and whose doing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompanyStatus {
    Open,
    /// Turned off by the operator, which counts before all else.
    Disabled,
    /// Kept from the app by Entrata.
    Suspended,
}

#[derive(Debug, Clone)]
pub struct CompanyOverview {
    pub subdomain: String,
    pub name: String,
    pub identities: i64,
    pub linked: i64,
    /// 0: nobody opened the app from there yet.
    pub launched_at: Epoch,
    pub disabled_at: Option<Epoch>,
    /// Entrata took the app away from the company.
    pub suspended_at: Option<Epoch>,
}
