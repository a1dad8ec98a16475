//! Opening a visit in a new tab. A new tab outside the frame is another cookie partition, so the page's form carries a
//! one-time ticket. The ticket opens a new visit with the same identity and account.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use super::{
    ABSOLUTE, BrowserContext, Cookie, IssuedFor, MAX_FOR_NEW_TAB, NewSessionIds, NewVisit, Visit, begin, next_id,
};
use crate::server::{
    audit::AuditAction,
    clock::Epoch,
    core::Core,
    ids::VisitId,
    storage::{self, Tx, browser_sessions, visits},
    vault::{Sealed, Vault},
};

#[derive(Debug, thiserror::Error)]
pub enum NewTabError {
    /// The ticket is used, invalid or another visit's, or the visit has ended or may not act.
    #[error("the ticket is not valid")]
    NoTicket,
    /// The account has [`MAX_FOR_NEW_TAB`] open visits.
    #[error("the account has too many open visits")]
    TooManyOpen,
    #[error(transparent)]
    Database(#[from] storage::Error),
}

/// The associated data that a ticket is sealed with.
fn ticket_place(visit_id: &VisitId) -> String {
    format!("visits.tabs/{visit_id}")
}

/// Makes the ticket for a page's form: the number of tabs opened from the visit so far, sealed. It is valid until
/// another tab is opened. It is not stored, because every page has one and rendering a page must not cost a write.
pub(super) fn ticket(vault: &Vault, visit: &Visit) -> SecretString {
    let sealed = vault.seal(&ticket_place(&visit.id), &visit.tabs.to_string());
    format!("{}.{}", sealed.key_id, URL_SAFE_NO_PAD.encode(sealed.bytes)).into()
}

/// The number of tabs that a ticket names.
fn open_ticket(vault: &Vault, visit_id: &VisitId, ticket: &str) -> Option<i64> {
    let (key_id, bytes) = ticket.rsplit_once('.')?;
    let sealed = Sealed { key_id: key_id.to_owned(), bytes: URL_SAFE_NO_PAD.decode(bytes).ok()? };
    vault.open(&ticket_place(visit_id), &sealed).ok()?.expose_secret().parse().ok()
}

/// Begins a visit like this one in another tab. Returns its id and the tab's cookie.
pub(super) async fn open(
    core: &Core,
    vault: &Vault,
    visit_id: &VisitId,
    ticket: &str,
    browser: BrowserContext,
) -> Result<(VisitId, Cookie), NewTabError> {
    let tabs = open_ticket(vault, visit_id, ticket).ok_or(NewTabError::NoTicket)?;
    let (ids, id, now) = (NewSessionIds::draw(&core.rng), VisitId::from(core.rng.id()), core.clock.now());
    let (cookie, new_id, visit_id) = (ids.cookie(), id.clone(), visit_id.clone());
    core.storage
        .write(move |mut tx| async move {
            let from = take_ticket(&mut tx, &visit_id, tabs, now).await?;
            let session = next_id(&mut tx, browser.browser.as_ref(), IssuedFor::Launch, &ids, now).await?;
            // A new session ends no later than the one it was opened from, however long the chain of tabs. A session
            // that existed before had its own sign-in.
            if session.number == 1 {
                browser_sessions::inherit_start(&mut tx, &session.session_id, &from.session_id, ABSOLUTE).await?;
            }
            let opened_by = Some(from.opened_by.unwrap_or(from.id));
            let visit = Visit { opened_by, ..Visit::begun_now(new_id, session, from.state, now) };
            let client = &browser.client;
            let new = NewVisit { visit: &visit, code: None, presented_number: 0, ticket: None, client };
            Ok::<_, NewTabError>(begin(&mut tx, new, AuditAction::TabOpened, now).await?)
        })
        .await?;
    Ok((id, cookie))
}

/// Consumes a ticket. Returns the linked visit that it belongs to.
async fn take_ticket(tx: &mut Tx, visit_id: &VisitId, tabs: i64, now: Epoch) -> Result<Visit, NewTabError> {
    let visit = visits::find(&mut *tx, visit_id, now).await?.ok_or(NewTabError::NoTicket)?;
    let account = visit.account().ok_or(NewTabError::NoTicket)?;
    if visits::count_of_account(&mut *tx, &account.id).await? >= MAX_FOR_NEW_TAB {
        return Err(NewTabError::TooManyOpen);
    }
    if visit.may_act().is_err() || !visits::count_tab(tx, visit_id, tabs).await? {
        return Err(NewTabError::NoTicket);
    }
    Ok(visit)
}
