//! The echo: the first call that a visit's first page makes. It shows whether the browser brings its cookie back into the frame. If so,
//! that is what carries the visit, and script is never handed anything; if no cookie comes, the page's ticket buys a bearer, once.

use secrecy::{ExposeSecret, SecretString};

use super::{Carrier, OpenError, Visits, bearer::Token};
use crate::server::{
    clock::Epoch,
    db::{self, Connection, bearers, browser_sessions, echoes, echoes::Echoing, visits},
    digest::digest,
};

/// Seconds that a page's ticket counts.
const TICKET: Epoch = 60;
/// Seconds between the beginnings of two sessions that tabs of one browser got which started at once.
const AT_ONCE: Epoch = 60;

/// What carries a visit from now on.
#[derive(Debug)]
pub enum Echo {
    Cookie,
    Bearer(Token),
}

/// The ticket of a visit's first page, and what it is found by.
pub struct PageTicket {
    pub secret: SecretString,
    pub hash: [u8; 32],
    pub until: Epoch,
}

fn ticket_hash(ticket: &str) -> [u8; 32] {
    digest("page ticket", ticket.as_bytes())
}

impl PageTicket {
    pub fn draw(chance: &crate::server::chance::Chance, now: Epoch) -> Self {
        let secret = SecretString::from(chance.ticket());
        Self { hash: ticket_hash(secret.expose_secret()), secret, until: now + TICKET }
    }

    /// For storing it with its visit.
    pub fn row(&self) -> Option<(&[u8], Epoch)> {
        Some((&self.hash, self.until))
    }
}

impl Visits {
    /// Finds out what carries a visit. The ticket is consumed, whatever comes of it.
    ///
    /// # Errors
    /// [`OpenError::NotYours`] when the ticket is late, used, another visit's, or comes with the cookie of another browser session.
    pub async fn echo(&self, visit_id: &str, ticket: &str, carrier: Option<&Carrier>) -> Result<Echo, OpenError> {
        let (now, token) = (self.clock.now(), Token::draw(&self.chance));
        let (hash, id, carrier) = (ticket_hash(ticket), visit_id.to_owned(), carrier.cloned());
        let bearer = token.clone();
        let by_cookie = self
            .db
            .write(move |c| {
                Box::pin(async move {
                    let echoing = echoes::take(&mut *c, &id, &hash, now).await?;
                    let opens = match &carrier {
                        Some(carrier) => visits::find(&mut *c, &id, now).await?.is_some_and(|v| v.opens_to(carrier)),
                        None => false,
                    };
                    match (echoing, carrier) {
                        // What is good without the ticket needs none.
                        (_, Some(Carrier::Cookie(_))) if opens => Ok(Ok(true)),
                        (Some(echoing), Some(carrier)) => started_at_once(c, &id, &echoing, &carrier, now).await,
                        (Some(_), None) => bearers::issue(c, &id, 0, &bearer.hash(), now)
                            .await
                            .map(|new| new.then_some(false).ok_or(())),
                        (None, _) => Ok(Err(())),
                    }
                })
            })
            .await
            .map_err(|e: db::Error| OpenError::Database(e))?;
        match by_cookie {
            Ok(true) => Ok(Echo::Cookie),
            Ok(false) => Ok(Echo::Bearer(token)),
            Err(()) => Err(OpenError::NotYours),
        }
    }
}

/// Two tabs started at once, and the browser kept the other one's cookie: whichever came back opens this tab's visit, too. That is an id
/// of the same session which is newer than what this launch came with, or one of another session that began in the same moment, where
/// neither launch had come with any.
async fn started_at_once(
    c: &mut Connection,
    id: &str,
    echoing: &Echoing,
    carrier: &Carrier,
    now: Epoch,
) -> db::Result<Result<bool, ()>> {
    let Some(browser) = carrier.browser() else { return Ok(Err(())) };
    if browser.session_id == echoing.session_id {
        if browser.number <= echoing.came_from {
            return Ok(Err(()));
        }
    } else {
        let theirs = echoes::session_began(&mut *c, &browser.session_id, now).await?;
        let at_once = theirs.is_some_and(|began| (began - echoing.began_at).abs() <= AT_ONCE);
        if !at_once || echoing.came_from != 0 {
            return Ok(Err(()));
        }
    }
    echoes::open_to(&mut *c, id, &browser.session_id, browser.number).await?;
    if browser.session_id != echoing.session_id && !visits::any_live(&mut *c, &echoing.session_id, now).await? {
        browser_sessions::delete(c, &echoing.session_id).await?;
    }
    Ok(Ok(true))
}
