//! Opening visits: finding the browser of an id, and the visit of an address, if the one may open the other.

use std::collections::HashSet;

use super::{ABSOLUTE, Browser, IDLE, Visit, Visits, browser::id_hash};
use crate::server::{
    account::{Shut, may_enter},
    clock::Epoch,
    db::{
        self,
        browser_sessions::{self, Found},
        visits,
    },
};

/// Seconds that the idle time is not moved on again.
const TOUCH: Epoch = 60;

#[derive(Debug)]
pub enum OpenError {
    /// No such live visit for this browser; which of the two, is not said.
    NotYours,
    Database(db::Error),
}

impl From<db::Error> for OpenError {
    fn from(e: db::Error) -> Self {
        Self::Database(e)
    }
}

impl Visits {
    /// The browser session that an id belongs to. Coming back for the first time, an id ends the older ones; the idle time moves on.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn browser(&self, id: &str) -> db::Result<Option<Found>> {
        let now = self.clock.now();
        let Some(found) = browser_sessions::find(self.db.reader(), &id_hash(id), now).await? else {
            return Ok(None);
        };
        if !found.came_back {
            let (session, number) = (found.session_id.clone(), found.number);
            self.db
                .write_alone(move |c| Box::pin(async move { browser_sessions::came_back(c, &session, number).await }))
                .await?;
        }
        if now - found.used_at >= TOUCH {
            let (session, expires_at) = (found.session_id.clone(), (now + IDLE).min(found.created_at + ABSOLUTE));
            self.db
                .write_alone(move |c| {
                    Box::pin(async move { browser_sessions::touch(c, &session, now, expires_at).await })
                })
                .await?;
        }
        Ok(Some(found))
    }

    /// The visit at an address, for the browser that came. Whether it may go on, `may_act` tells.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(&self, id: &str, browser: Option<&Browser>) -> Result<Visit, OpenError> {
        let browser = browser.ok_or(OpenError::NotYours)?;
        let visit = visits::find(self.db.reader(), id, self.clock.now()).await?.ok_or(OpenError::NotYours)?;
        if visit.opens_to(browser) { Ok(visit) } else { Err(OpenError::NotYours) }
    }

    /// The linked visits that this browser may open, the newest first; of several for one identity and account, the newest.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn all_open(&self, browser: Option<&Browser>) -> db::Result<Vec<Visit>> {
        let Some(browser) = browser else { return Ok(Vec::new()) };
        let all = visits::linked_of_session(self.db.reader(), &browser.session_id, self.clock.now()).await?;
        let mut seen = HashSet::new();
        let mut first = |v: &Visit| {
            let ids = (v.identity.as_ref().map(|i| i.id.clone()), v.account.as_ref().map(|a| a.id.clone()));
            seen.insert(ids)
        };
        Ok(all.into_iter().filter(|v| v.opens_to(browser) && v.may_act().is_ok() && first(v)).collect())
    }
}

impl Visit {
    /// Whether the id that this browser presented is one that opens the visit.
    pub fn opens_to(&self, browser: &Browser) -> bool {
        let number = if self.by_password { browser.proven } else { browser.number };
        self.session_id == browser.session_id && number >= self.opens_from
    }

    /// Whether it may go on: neither its company nor its account, or the one that waits for its confirmation, is disabled.
    ///
    /// # Errors
    /// [`Shut`] says what is.
    pub fn may_act(&self) -> Result<(), Shut> {
        let company_disabled = self.identity.as_ref().is_some_and(|i| i.company_disabled);
        match self.account.as_ref().or(self.pending.as_ref().map(|(account, _)| account)) {
            Some(account) => may_enter(account, company_disabled),
            None if company_disabled => Err(Shut::Company),
            None => Ok(()),
        }
    }
}
