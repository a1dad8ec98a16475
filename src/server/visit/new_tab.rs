//! Opening a visit in a tab of its own. A new tab is another partition, with another cookie or none, so the page's form carries a ticket
//! that is good once; what it opens is a visit of its own, as the same identity and account.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use super::{ABSOLUTE, BrowserContext, Cookie, IssuedFor, MOST_OPEN, NewSessionIds, Visit, Visits, cap, next_id};
use crate::server::{
    audit::{AuditAction, AuditSubject},
    storage::{self, audit, browser_sessions, visits},
    vault::Sealed,
    visit::NewVisit,
};

#[derive(Debug)]
pub enum NewTabError {
    /// The ticket is used, made up or another visit's, or the visit is over, held or kept out.
    NoTicket,
    /// The account has [`MOST_OPEN`] visits open: another ticket is of no use.
    TooManyOpen,
    Database(storage::Error),
}

impl From<storage::Error> for NewTabError {
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
    pub fn new_tab_ticket(&self, visit: &Visit) -> SecretString {
        let sealed = self.vault.seal(&place(&visit.id), &visit.tabs.to_string());
        format!("{}.{}", sealed.key_id, URL_SAFE_NO_PAD.encode(sealed.bytes)).into()
    }

    /// Begins a visit like that one in another tab: its id, and that tab's cookie.
    ///
    /// # Errors
    /// See [`NewTabError`].
    pub async fn open_in_new_tab(
        &self,
        visit_id: &str,
        ticket: &str,
        presented: BrowserContext,
    ) -> Result<(String, Cookie), NewTabError> {
        let (key_id, bytes) = ticket.rsplit_once('.').ok_or(NewTabError::NoTicket)?;
        let bytes = URL_SAFE_NO_PAD.decode(bytes).map_err(|_| NewTabError::NoTicket)?;
        let opened = self.vault.open(&place(visit_id), &Sealed { key_id: key_id.to_owned(), bytes });
        let number = opened.ok().and_then(|n| n.expose_secret().parse::<i64>().ok()).ok_or(NewTabError::NoTicket)?;
        let (fresh, id, now) = (NewSessionIds::draw(&self.core.rng), self.core.rng.id(), self.core.clock.now());
        let (cookie, new_id, from) = (fresh.cookie(), id.clone(), visit_id.to_owned());
        self.core
            .storage
            .write(move |mut tx| async move {
                let visit = visits::find(&mut tx, &from, now).await?.ok_or(NewTabError::NoTicket)?;
                let account = visit.account.as_ref().ok_or(NewTabError::NoTicket)?;
                if visits::count_of_account(&mut tx, &account.id).await? >= MOST_OPEN {
                    return Err(NewTabError::TooManyOpen);
                }
                if visit.may_act().is_err() || !visits::count_tab(&mut tx, &from, number).await? {
                    return Err(NewTabError::NoTicket);
                }
                let browser = next_id(&mut tx, presented.browser.as_ref(), IssuedFor::Launch, &fresh, now).await?;
                // However often tabs are opened from tabs, all end when the first one has to. A session that was there before has
                // a password of its own to go by.
                if browser.number == 1 {
                    browser_sessions::inherit_start(&mut tx, &browser.session_id, &visit.session_id, ABSOLUTE).await?;
                }
                let begin = NewVisit {
                    id: &new_id,
                    session_id: &browser.session_id,
                    opens_from: browser.number,
                    password_verified_at: None,
                    identity_id: visit.identity.as_ref().map(|i| i.id.as_str()),
                    account_id: Some(&account.id),
                    pending_until: None,
                    code: None,
                    presented_number: 0,
                    ticket: None,
                    browser: &presented.client.browser,
                    opened_by: Some(visit.opened_by.as_deref().unwrap_or(&from)),
                };
                visits::insert(&mut tx, begin, now).await?;
                cap(&mut tx, &new_id, &browser.session_id, Some(&account.id), &presented.client, now).await?;
                let identity = visit.identity.as_ref().map(|i| i.id.as_str());
                let about = AuditSubject { account: Some(&account.id), identity, visit: Some(&new_id), detail: "" };
                Ok::<_, NewTabError>(
                    audit::insert(&mut tx, AuditAction::TabOpened, about, &presented.client, now).await?,
                )
            })
            .await?;
        Ok((id, cookie))
    }
}
