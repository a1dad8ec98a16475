//! Finds the account that a person may continue as in another visit of the same browser.

use super::{SessionCredential, Visit, Visits};
use crate::server::storage;

impl Visits {
    /// Returns the open visit of this browser in which a password was entered last, if that was within five minutes.
    pub async fn last_authenticated(&self, credential: Option<&SessionCredential>) -> storage::Result<Option<Visit>> {
        let now = self.now();
        let open = self.all_open(credential).await?.into_iter();
        Ok(open.filter(|visit| visit.is_recently_authenticated(now)).max_by_key(|visit| visit.password_verified_at))
    }
}
