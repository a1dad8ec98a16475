//! Whether a visit still acts as an account: what was opened a moment ago is asked again inside the transaction in which it counts.

use super::Visits;
use crate::server::{
    account::Account,
    clock::Epoch,
    storage::{self, Tx, visits},
};

/// # Errors
/// Those of the database.
pub async fn acts_as(tx: &mut Tx, visit_id: &str, account_id: &str, now: Epoch) -> storage::Result<bool> {
    let visit = visits::find(tx, visit_id, now).await?;
    Ok(visit.is_some_and(|visit| visit.acts_as(account_id)))
}

impl Visits {
    /// Whether a visit that was opened a while ago still is there, and acts as the account, by what the readers see.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn still_acts_as(&self, visit_id: &str, account: &Account) -> storage::Result<bool> {
        let visit = visits::find(self.core.storage.reader(), visit_id, self.core.clock.now()).await?;
        Ok(visit.is_some_and(|visit| visit.acts_as(&account.id)))
    }
}
