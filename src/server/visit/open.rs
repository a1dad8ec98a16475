//! Opening visits: the visit at an address, if the browser's credential opens it, and all visits that a browser may
//! open.

use std::collections::HashSet;

use super::{MAX_PER_SESSION, SessionCredential, TOUCH_INTERVAL, Visit};
use crate::server::{
    account::AccessDenied,
    company,
    core::Core,
    ids::VisitId,
    storage::{self, visits},
};

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such live visit, or this browser may not open it. Which of the two is not revealed.
    #[error("this browser has no such visit")]
    NotYours,
    /// It was this browser's visit and has ended.
    #[error("the visit has ended")]
    Over {
        /// The company that it acted for.
        company: Option<String>,
    },
    /// It was this browser's visit and ended because its company may not use the app.
    #[error(transparent)]
    AccessDenied(AccessDenied),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

/// Opens the visit at an address. Does not check [`Visit::may_act`].
pub(super) async fn open(
    core: &Core,
    id: &VisitId,
    credential: Option<&SessionCredential>,
) -> Result<Visit, OpenError> {
    let (credential, now) = (credential.ok_or(OpenError::NotYours)?, core.clock.now());
    let Some(visit) = visits::find(core.storage.reader(), id, now).await? else {
        return Err(why_not_live(core, id, credential).await?);
    };
    if !visit.opens_to(credential) {
        return Err(OpenError::NotYours);
    }
    // Record the use even if a newer visit has begun since, even a second ago: signing out there must not treat this
    // visit as abandoned.
    if now - visit.used_at >= TOUCH_INTERVAL || visit.used_at < visit.newest_at {
        let id = visit.id.clone();
        let touch = core.storage.write_alone(move |mut tx| async move { visits::touch(&mut tx, &id, now).await });
        storage::ignore_transient(touch.await)?;
    }
    Ok(visit)
}

/// What to tell a browser about a visit that is not live.
async fn why_not_live(core: &Core, id: &VisitId, credential: &SessionCredential) -> storage::Result<OpenError> {
    let ended = visits::find_ended(core.storage.reader(), id, credential.session_id()).await?;
    let Some(ended) = ended.filter(|ended| credential.opens(id, ended.opens_from, ended.by_password)) else {
        return Ok(OpenError::NotYours);
    };
    Ok(match company::may_act(ended.company_status) {
        Ok(()) => OpenError::Over { company: ended.company },
        Err(blocked) => OpenError::AccessDenied(blocked.into()),
    })
}

/// Returns the linked visits that this browser may open, newest first, and only the newest of each identity and
/// account. They are loaded without the identity's properties; [`open`] loads those.
pub(super) async fn all_open(core: &Core, credential: Option<&SessionCredential>) -> storage::Result<Vec<Visit>> {
    let Some(credential) = credential else { return Ok(Vec::new()) };
    let (session, now) = (credential.session_id(), core.clock.now());
    let all = visits::list_linked(core.storage.reader(), session, MAX_PER_SESSION, now).await?;
    let mut known = HashSet::new();
    let mut is_first =
        |visit: &Visit| known.insert((visit.identity().map(|i| i.id.clone()), visit.account().map(|a| a.id.clone())));
    Ok(all.into_iter().filter(|v| v.opens_to(credential) && v.may_act().is_ok() && is_first(v)).collect())
}

/// Chooses among several valid cookies (partitioned and not, or planted): the one that opens the requested visit or, if
/// none is requested, any visit; otherwise the first. Browsers send the oldest cookie first (RFC 6265, section 5.4),
/// which need not be the useful one.
pub(super) async fn choose(
    core: &Core,
    mut live: Vec<SessionCredential>,
    visit: Option<&VisitId>,
) -> storage::Result<Option<SessionCredential>> {
    if live.len() < 2 {
        return Ok(live.pop());
    }
    let mut fallback = 0;
    for (n, credential) in live.iter().enumerate() {
        let opens = match visit {
            Some(id) => match open(core, id, Some(credential)).await {
                Ok(_) => true,
                Err(OpenError::Database(e)) => return Err(e),
                Err(OpenError::NotYours) => false,
                Err(OpenError::Over { .. } | OpenError::AccessDenied(_)) => {
                    fallback = n;
                    false
                }
            },
            None => !all_open(core, Some(credential)).await?.is_empty(),
        };
        if opens {
            return Ok(Some(live.swap_remove(n)));
        }
    }
    Ok(Some(live.swap_remove(fallback)))
}
