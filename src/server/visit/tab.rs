//! Opening a visit in a tab of its own. A new tab is another partition, with another cookie or none, so the page's form carries a ticket
//! that is good once; what it opens is a visit of its own, as the same identity and account.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use super::{ABSOLUTE, Cookie, For, FreshIds, MOST_OPEN, Presented, Visit, Visits, cap, next_id};
use crate::server::{
    storage::{
        self,
        audit::{self, About, What},
        browser_sessions, stays,
        visits::{self, Begin},
    },
    vault::Sealed,
};

#[derive(Debug)]
pub enum TabError {
    /// The ticket is used, made up or another visit's, or the visit is over, held or kept out.
    NoTicket,
    /// The account has [`MOST_OPEN`] visits open: another ticket is of no use.
    TooManyOpen,
    Database(storage::Error),
}

impl From<storage::Error> for TabError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

/// What a ticket for a new tab is sealed for.
fn place(visit_id: &str) -> String {
    format!("visits.tabs/{visit_id}")
}

impl Visits {
    /// The ticket for a page's form: how many tabs were opened from the visit so far, sealed. Good until one more is.
    /// It is not stored, because every page has one and rendering a page must not cost a write.
    pub fn tab_ticket(&self, visit: &Visit) -> SecretString {
        let sealed = self.vault.seal(&place(&visit.id), &visit.tabs.to_string());
        format!("{}.{}", sealed.key_id, URL_SAFE_NO_PAD.encode(sealed.bytes)).into()
    }

    /// Begins a visit like that one in another tab: its id, and that tab's cookie.
    ///
    /// # Errors
    /// See [`TabError`].
    pub async fn open_tab(
        &self,
        visit_id: &str,
        ticket: &str,
        presented: Presented,
    ) -> Result<(String, Cookie), TabError> {
        let (key_id, bytes) = ticket.rsplit_once('.').ok_or(TabError::NoTicket)?;
        let bytes = URL_SAFE_NO_PAD.decode(bytes).map_err(|_| TabError::NoTicket)?;
        let opened = self.vault.open(&place(visit_id), &Sealed { key_id: key_id.to_owned(), bytes });
        let number = opened.ok().and_then(|n| n.expose_secret().parse::<i64>().ok()).ok_or(TabError::NoTicket)?;
        let (fresh, id, now) = (FreshIds::draw(&self.chance), self.chance.id(), self.clock.now());
        let (cookie, new_id, from) = (fresh.cookie(), id.clone(), visit_id.to_owned());
        self.storage
            .write(move |c| {
                Box::pin(async move {
                    let visit = visits::find(&mut *c, &from, now).await?.ok_or(TabError::NoTicket)?;
                    let account = visit.account.as_ref().ok_or(TabError::NoTicket)?;
                    if stays::count(&mut *c, &account.id).await? >= MOST_OPEN {
                        return Err(TabError::TooManyOpen);
                    }
                    if visit.may_act().is_err() || !visits::open_tab(&mut *c, &from, number).await? {
                        return Err(TabError::NoTicket);
                    }
                    let browser = next_id(&mut *c, presented.browser.as_ref(), For::Launch, &fresh, now).await?;
                    // However often tabs are opened from tabs, all end when the first one has to. A session that was there before has
                    // a password of its own to go by.
                    if browser.number == 1 {
                        browser_sessions::begun_with(&mut *c, &browser.session_id, &visit.session_id, ABSOLUTE).await?;
                    }
                    let begin = Begin {
                        id: &new_id,
                        session_id: &browser.session_id,
                        opens_from: browser.number,
                        proven_at: None,
                        identity_id: visit.identity.as_ref().map(|i| i.id.as_str()),
                        account_id: Some(&account.id),
                        held_until: None,
                        code: None,
                        came_from: 0,
                        ticket: None,
                        browser: &presented.seen.browser,
                        opened_by: Some(visit.opened_by.as_deref().unwrap_or(&from)),
                    };
                    visits::insert(&mut *c, begin, now).await?;
                    cap(&mut *c, &new_id, &browser.session_id, Some(&account.id), &presented.seen, now).await?;
                    let identity = visit.identity.as_ref().map(|i| i.id.as_str());
                    let about = About { account: Some(&account.id), identity, visit: Some(&new_id), detail: "" };
                    Ok::<_, TabError>(audit::insert(c, What::TabOpened, about, &presented.seen, now).await?)
                })
            })
            .await?;
        Ok((id, cookie))
    }
}
