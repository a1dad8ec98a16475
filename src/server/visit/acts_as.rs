//! Checks whether a visit still acts as an account: a page may have been opened a while ago, and a change must check
//! again inside its own transaction.

use super::Visit;
use crate::server::{
    clock::Epoch,
    core::Core,
    ids::{AccountId, VisitId},
    storage::{self, Tx, visits},
};

/// Whether a visit acts as an account, checked in a transaction.
pub async fn acts_as(tx: &mut Tx, visit_id: &VisitId, account_id: &AccountId, now: Epoch) -> storage::Result<bool> {
    Ok(check(visits::find(tx, visit_id, now).await?, account_id))
}

/// Whether a visit acts as an account, checked with a read connection.
pub async fn still_acts_as(core: &Core, visit_id: &VisitId, account_id: &AccountId) -> storage::Result<bool> {
    Ok(check(visits::find(core.storage.reader(), visit_id, core.clock.now()).await?, account_id))
}

fn check(visit: Option<Visit>, account_id: &AccountId) -> bool {
    visit.is_some_and(|visit| visit.acts_as(account_id))
}
