//! The echo: the first call that a visit's first page makes. It shows whether the browser brings its cookie back into the frame. If so,
//! that is what carries the visit, and script is never handed anything; if no cookie comes, the page's ticket buys a bearer, once.

use secrecy::{ExposeSecret, SecretString};

use super::{
    OpenError, SessionCredential, Visits,
    bearer::{Bearer, Token},
    cap,
    credential::NO_COOKIE,
};
use crate::server::{
    audit::ClientInfo,
    clock::Epoch,
    digest::digest,
    rng::Rng,
    storage::{self, Tx, bearers, browser_sessions, cookie_probes, visits},
    visit::ProbedVisit,
};

/// Seconds that a page's ticket counts.
pub(super) const TICKET: Epoch = 60;

/// What carries a visit from now on.
#[derive(Debug)]
pub enum ProbeOutcome {
    Cookie,
    Bearer(Token),
}

/// What the transaction came to; no error, because also a refused ticket is consumed.
enum Verdict {
    Cookie,
    Bearer,
    Refused,
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
    pub fn draw(rng: &Rng, now: Epoch) -> Self {
        let secret = SecretString::from(rng.ticket());
        Self { hash: ticket_hash(secret.expose_secret()), secret, until: now + TICKET }
    }

    /// For storing it with its visit.
    pub fn row(&self) -> Option<(&[u8], Epoch)> {
        Some((&self.hash, self.until))
    }
}

impl Visits {
    /// Finds out what carries a visit. `client`: who asks, for the audit. `earlier`: the bearer of this tab's visit
    /// before, where there was one: the new visit joins its
    /// browser session, as it would by a cookie.
    ///
    /// # Errors
    /// [`OpenError::NotYours`] when the ticket is late, used, another visit's, or comes with the cookie of another browser session; a cookie
    /// that opens the visit needs no ticket.
    pub async fn cookie_probe(
        &self,
        visit_id: &str,
        ticket: &str,
        credential: Option<&SessionCredential>,
        earlier: Option<&str>,
        client: ClientInfo,
    ) -> Result<ProbeOutcome, OpenError> {
        let earlier = match (credential, earlier) {
            (None, Some(token)) => self.holder(token).await.map_err(OpenError::Database)?,
            _ => None,
        };
        let (now, token) = (self.core.clock.now(), Token::draw(&self.core.rng));
        let (hash, id, credential, bearer) =
            (ticket_hash(ticket), visit_id.to_owned(), credential.cloned(), token.clone());
        let verdict: storage::Result<Verdict> = self
            .core
            .storage
            .write(move |mut tx| async move {
                let echoing = cookie_probes::take_ticket(&mut tx, &id, &hash, now).await?;
                match (echoing, credential) {
                    (echoing, Some(credential @ SessionCredential::Cookie(_))) => {
                        let visit = visits::find(&mut tx, &id, now).await?;
                        match (visit.is_some_and(|visit| visit.opens_to(&credential)), echoing) {
                            (true, Some(_)) => {
                                // The answer to a tab that started at once may yet bring another cookie.
                                cookie_probes::restore_ticket(&mut tx, &id, &hash).await?;
                                Ok(Verdict::Cookie)
                            }
                            (true, None) => Ok(Verdict::Cookie),
                            (false, Some(echoing)) => {
                                started_at_once(&mut tx, &id, &echoing, &credential, &client, now).await
                            }
                            (false, None) => Ok(Verdict::Refused),
                        }
                    }
                    (Some(echoing), None) if !echoing.cookie_probed => {
                        if !bearers::issue(&mut tx, &id, 0, &bearer.hash(), now).await? {
                            return Ok(Verdict::Refused);
                        }
                        if let Some(earlier) = earlier {
                            join(&mut tx, &id, &echoing, (&earlier.session_id, NO_COOKIE), &client, now).await?;
                        }
                        Ok(Verdict::Bearer)
                    }
                    _ => Ok(Verdict::Refused),
                }
            })
            .await;
        match verdict? {
            Verdict::Cookie => Ok(ProbeOutcome::Cookie),
            Verdict::Bearer => Ok(ProbeOutcome::Bearer(token)),
            Verdict::Refused => Err(OpenError::NotYours),
        }
    }

    /// Whose bearer a token is, if it is good. It is not used up by that, but its session goes on from here.
    async fn holder(&self, token: &str) -> storage::Result<Option<Bearer>> {
        let now = self.core.clock.now();
        let found = bearers::find(self.core.storage.reader(), &super::bearer::token_hash(token), now).await?;
        let Some(found) = found.filter(|found| found.number >= found.newest_used) else { return Ok(None) };
        self.move_on(&found.session_id, found.session_created_at, found.session_used_at, now).await?;
        Ok(Some(Bearer { visit_id: found.visit_id, session_id: found.session_id, number: found.number }))
    }
}

/// Two tabs started at once, and the browser kept the other one's cookie: whichever came back opens this tab's visit, too. That is an id
/// of the same session which is newer than what this launch came with, or one of another session that began in the same minute, where this
/// launch had come with none. Not once a password was given for the visit.
async fn started_at_once(
    tx: &mut Tx,
    id: &str,
    echoing: &ProbedVisit,
    credential: &SessionCredential,
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<Verdict> {
    let Some(browser) = credential.browser().filter(|_| !echoing.by_password) else { return Ok(Verdict::Refused) };
    if browser.session_id == echoing.session_id {
        if browser.number <= echoing.presented_number {
            return Ok(Verdict::Refused);
        }
    } else {
        let theirs = cookie_probes::session_created_at(&mut *tx, &browser.session_id, now).await?;
        let at_once = theirs.is_some_and(|began| (began - echoing.began_at).abs() <= browser_sessions::SIMULTANEOUS);
        if !at_once || echoing.presented_number != 0 {
            return Ok(Verdict::Refused);
        }
    }
    join(tx, id, echoing, (&browser.session_id, browser.number), client, now).await?;
    Ok(Verdict::Cookie)
}

/// Makes a visit one of a browser session, from one of its ids on, and ends the session that it came with if that is
/// empty then.
async fn join(
    tx: &mut Tx,
    id: &str,
    echoing: &ProbedVisit,
    (session_id, opens_from): (&str, i64),
    client: &ClientInfo,
    now: Epoch,
) -> storage::Result<()> {
    cookie_probes::set_session(&mut *tx, id, session_id, opens_from).await?;
    if session_id != echoing.session_id {
        cap(&mut *tx, id, session_id, None, client, now).await?;
        browser_sessions::delete_without_visits(tx, &[&echoing.session_id], now).await?;
    }
    Ok(())
}
