//! Checks again, after a wait, whether somebody may still see what they waited for. Meanwhile the visit may have ended,
//! the Entrata user may have been unlinked, or the company may have been disabled.

use super::Records;
use crate::server::{
    account::Account,
    identity::Identity,
    storage,
    visit::{Visit, Visits},
};

/// Why somebody may not see a list any more.
#[derive(Debug, thiserror::Error)]
pub enum AccessLost {
    /// The visit ended, or the identity no longer belongs to the account, or its company is disabled.
    #[error("the visit ended or the identity was unlinked")]
    Ended,
    /// The identity's newest launch does not name the property.
    #[error("the newest launch does not name the property")]
    NotPermitted,
    #[error("storage: {0}")]
    Database(storage::Error),
}

impl From<storage::Error> for AccessLost {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

impl Records {
    /// Returns the identities as they are now: a newer launch may have named other properties.
    ///
    /// # Errors
    /// When the person may not see all of them any more.
    pub async fn still_allowed(
        &self,
        visits: &Visits,
        (visit, account): (&Visit, &Account),
        identities: &[&str],
    ) -> Result<Vec<Identity>, AccessLost> {
        if !visits.still_acts_as(&visit.id, account).await? {
            return Err(AccessLost::Ended);
        }
        let linked = self.identities.of_account(account).await?;
        let current = identities.iter().map(|id| linked.iter().find(|identity| identity.id == *id).cloned());
        current.collect::<Option<_>>().ok_or(AccessLost::Ended)
    }

    /// Checks access to one property.
    ///
    /// # Errors
    /// When the person may not see the property any more.
    pub async fn still_allowed_property(
        &self,
        visits: &Visits,
        viewer: (&Visit, &Account),
        identity: &str,
        property: &str,
    ) -> Result<(), AccessLost> {
        let current = self.still_allowed(visits, viewer, &[identity]).await?;
        if current.iter().all(|identity| identity.may_see(property)) { Ok(()) } else { Err(AccessLost::NotPermitted) }
    }
}
