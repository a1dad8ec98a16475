//! Companies: whether anybody may act for them.

mod model;

pub use model::{CompanyOverview, CompanyStatus};
