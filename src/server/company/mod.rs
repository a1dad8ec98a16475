//! Companies: customers of Entrata. Decides whether anybody may act for a company, and lets the operator disable one.

mod access;
mod enable_disable;
mod model;

pub use access::{CompanyBlocked, may_act};
pub use enable_disable::{disable, enable};
pub use model::{CompanyOverview, CompanyStatus};

use super::storage::{self, Storage, overviews};

/// All companies, ordered by subdomain.
pub async fn list(storage: &Storage) -> storage::Result<Vec<CompanyOverview>> {
    overviews::companies(storage.reader()).await
}
