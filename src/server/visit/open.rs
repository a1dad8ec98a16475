//! Opening visits: finding the browser of an id, and the visit of an address, if the one may open the other.

use std::collections::HashSet;

use super::{ABSOLUTE, Bearer, Browser, IDLE, MOST_OF_SESSION, SessionCredential, Visit, Visits, browser::id_hash};
use crate::server::{
    account::{AccessDenied, CompanyStatus, company_may, may_enter},
    clock::Epoch,
    storage::{self, browser_sessions, visits},
    visit::LiveSession,
};

/// Seconds that the idle time is not moved on again.
const TOUCH: Epoch = 60;

#[derive(Debug)]
pub enum OpenError {
    /// No such live visit for this browser; which of the two, is not said.
    NotYours,
    /// It was this browser's, and is over: the company that it acted for.
    Over {
        company: Option<String>,
    },
    /// It was this browser's, and ended because its company is kept out.
    AccessDenied(AccessDenied),
    Database(storage::Error),
}

impl From<storage::Error> for OpenError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

impl Visits {
    /// The browser session that an id belongs to. Coming back for the first time, an id ends the older ones, but for those of tabs that
    /// started with it; the idle time moves on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn browser(&self, id: &str) -> storage::Result<Option<LiveSession>> {
        let now = self.core.clock.now();
        let Some(found) = browser_sessions::find(self.core.storage.reader(), &id_hash(id), now).await? else {
            return Ok(None);
        };
        if !found.was_used {
            let (session, number) = (found.session_id.clone(), found.number);
            let note = self.core.storage.write_alone(move |mut tx| async move {
                browser_sessions::mark_used(&mut tx, &session, number, now).await
            });
            storage::ignore_transient(note.await)?;
        }
        self.move_on(&found.session_id, found.created_at, found.used_at, now).await?;
        Ok(Some(found))
    }

    /// Moves a session's idle time on, at most once a minute.
    pub(super) async fn move_on(&self, session: &str, began: Epoch, used: Epoch, now: Epoch) -> storage::Result<()> {
        if now - used < TOUCH {
            return Ok(());
        }
        let (session, expires_at) = (session.to_owned(), (now + IDLE).min(began + ABSOLUTE));
        let note = self.core.storage.write_alone(move |mut tx| async move {
            browser_sessions::touch(&mut tx, &session, now, expires_at).await
        });
        storage::ignore_transient(note.await)
    }

    /// Of several live cookies (partitioned and not, tossed) the one that opens the visit asked for, or where none is
    /// asked for, any visit; else the first. Browsers send the oldest cookie first (RFC 6265, section 5.4), which need
    /// not be the useful one.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn choose(
        &self,
        mut live: Vec<SessionCredential>,
        visit: Option<&str>,
    ) -> storage::Result<Option<SessionCredential>> {
        if live.len() < 2 {
            return Ok(live.pop());
        }
        let mut next_best = 0;
        for (n, credential) in live.iter().enumerate() {
            let opens = match visit {
                Some(id) => match self.open(id, Some(credential)).await {
                    Ok(_) => true,
                    Err(OpenError::Database(e)) => return Err(e),
                    Err(OpenError::NotYours) => false,
                    Err(OpenError::Over { .. } | OpenError::AccessDenied(_)) => {
                        next_best = n;
                        false
                    }
                },
                None => !self.all_open(Some(credential)).await?.is_empty(),
            };
            if opens {
                return Ok(Some(live.swap_remove(n)));
            }
        }
        Ok(Some(live.swap_remove(next_best)))
    }

    /// The visit at an address, for the browser that came. Whether it may go on, `may_act` tells.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(&self, id: &str, credential: Option<&SessionCredential>) -> Result<Visit, OpenError> {
        let (credential, now) = (credential.ok_or(OpenError::NotYours)?, self.core.clock.now());
        let Some(visit) = visits::find(self.core.storage.reader(), id, now).await? else {
            let over = visits::find_ended(self.core.storage.reader(), id, credential.session_id()).await?;
            let mine = over.filter(|over| credential.opens(id, over.opens_from, over.by_password));
            return Err(mine.map_or(OpenError::NotYours, |over| match company_may(over.company_status) {
                Ok(()) => OpenError::Over { company: over.company },
                Err(denied) => OpenError::AccessDenied(denied),
            }));
        };
        if !visit.opens_to(credential) {
            return Err(OpenError::NotYours);
        }
        // Also when a newer visit began since, though it be a second ago: signing out there must not take this one for left behind.
        if now - visit.used_at >= TOUCH || visit.used_at < visit.newest_at {
            let id = visit.id.clone();
            let note =
                self.core.storage.write_alone(move |mut tx| async move { visits::touch(&mut tx, &id, now).await });
            storage::ignore_transient(note.await)?;
        }
        Ok(visit)
    }

    /// The linked visits that this browser may open, the newest first; of several for one identity and account, the newest. They come
    /// without their properties: [`Visits::open`] has those.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn all_open(&self, credential: Option<&SessionCredential>) -> storage::Result<Vec<Visit>> {
        let Some(credential) = credential else { return Ok(Vec::new()) };
        let (session, now) = (credential.session_id(), self.core.clock.now());
        let all = visits::list_linked(self.core.storage.reader(), session, MOST_OF_SESSION, now).await?;
        let mut seen = HashSet::new();
        let mut first = |v: &Visit| {
            let ids = (v.identity.as_ref().map(|i| i.id.clone()), v.account.as_ref().map(|a| a.id.clone()));
            seen.insert(ids)
        };
        Ok(all.into_iter().filter(|v| v.opens_to(credential) && v.may_act().is_ok() && first(v)).collect())
    }
}

impl Visit {
    /// Whether what the browser presented opens the visit.
    pub fn opens_to(&self, credential: &SessionCredential) -> bool {
        self.session_id == credential.session_id() && credential.opens(&self.id, self.opens_from, self.by_password)
    }

    /// Whether it may go on: neither its company nor its account, or the one that waits for its confirmation, is kept out.
    ///
    /// # Errors
    /// [`AccessDenied`] says what is.
    pub fn may_act(&self) -> Result<(), AccessDenied> {
        let company = self.identity.as_ref().map_or(CompanyStatus::Open, |i| i.company_status);
        match self.account.as_ref().or(self.unconfirmed.as_ref().map(|(account, _)| account)) {
            Some(account) => may_enter(account, company),
            None => company_may(company),
        }
    }
}

impl SessionCredential {
    pub fn session_id(&self) -> &str {
        match self {
            Self::Cookie(Browser { session_id, .. }) | Self::Bearer(Bearer { session_id, .. }) => session_id,
        }
    }

    /// Whether it opens a visit of its session that stands so.
    fn opens(&self, visit_id: &str, opens_from: i64, by_password: bool) -> bool {
        match self {
            Self::Cookie(browser) if by_password => browser.verified >= opens_from,
            Self::Cookie(browser) => browser.number >= opens_from,
            Self::Bearer(bearer) => bearer.visit_id == visit_id,
        }
    }
}
