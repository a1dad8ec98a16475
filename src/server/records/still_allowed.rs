//! Checks again, after a wait, whether somebody may still see what they waited for. Meanwhile the visit may have ended,
//! the Entrata user may have been unlinked, or the company may have been disabled.

use tokio::time::Instant;

use super::{
    Records, State,
    loading::{List, settled},
};
use crate::server::{
    account::Account,
    identity::Identity,
    ids::IdentityId,
    storage,
    visit::{Visit, Visits},
};

/// Who waits for a list.
#[derive(Clone, Copy)]
pub struct Viewer<'a> {
    pub visits: &'a Visits,
    pub visit: &'a Visit,
    pub account: &'a Account,
}

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
    /// Returns a list of a property once it has something to show, or at the deadline.
    ///
    /// # Errors
    /// When the viewer may not see the property any more.
    pub async fn settled_for<T: Send + Sync + 'static>(
        &self,
        viewer: Viewer<'_>,
        (identity, property): (&Identity, &str),
        list: List<T>,
        deadline: Instant,
    ) -> Result<State<T>, AccessLost> {
        let state = settled(list, deadline).await;
        let current = self.still_allowed(viewer, std::slice::from_ref(&identity.id)).await?;
        let may_see = current.iter().all(|identity| identity.may_see(property));
        if may_see { Ok(state) } else { Err(AccessLost::NotPermitted) }
    }

    /// Returns identities as they are now: a newer launch may have named other properties.
    ///
    /// # Errors
    /// When the viewer may not see all of them any more.
    pub(super) async fn still_allowed(
        &self,
        viewer: Viewer<'_>,
        identities: &[IdentityId],
    ) -> Result<Vec<Identity>, AccessLost> {
        let Viewer { visits, visit, account } = viewer;
        if !visits.still_acts_as(&visit.id, account).await? {
            return Err(AccessLost::Ended);
        }
        let linked = self.source.identities.of_account(account).await?;
        let current = identities.iter().map(|id| linked.iter().find(|identity| identity.id == *id).cloned());
        current.collect::<Option<_>>().ok_or(AccessLost::Ended)
    }
}
