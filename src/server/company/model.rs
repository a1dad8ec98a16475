//! The types of this module. They don't depend on storage.

use crate::server::clock::Epoch;

/// Whether a company may use the app, and if not, who decided that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompanyStatus {
    Open,
    /// Disabled by the operator. Takes precedence over a suspension.
    Disabled,
    /// Suspended by Entrata.
    Suspended,
}

/// A company as `latchkey company list` shows it.
#[derive(Debug, Clone)]
pub struct CompanyOverview {
    pub subdomain: String,
    pub name: String,
    /// Known Entrata users of the company.
    pub identities: i64,
    /// How many of them are linked to an account.
    pub linked: i64,
    /// 0 if nobody has opened the app from there yet.
    pub launched_at: Epoch,
    pub disabled_at: Option<Epoch>,
    pub suspended_at: Option<Epoch>,
}
