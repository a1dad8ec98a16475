//! The cookie probe: the first call of a visit's first page. It finds out whether the browser sends its cookie back
//! from the frame. If so, the cookie is the session credential, and script gets no token. If no cookie arrives, the
//! page's ticket is exchanged for a bearer token, once.

use secrecy::{ExposeSecret, SecretString};

use super::{
    Bearer, Browser, OpenError, ProbedVisit, SessionCredential, Token, bearer, credential::NO_COOKIE, enforce_caps,
};
use crate::server::{
    audit::ClientInfo,
    clock::Epoch,
    core::Core,
    digest::digest,
    ids::{SessionId, VisitId},
    rng::Rng,
    storage::{self, Tx, bearers, browser_sessions, cookie_probes, visits},
};

/// Seconds that a page's ticket is valid.
pub const TICKET_LIFETIME: Epoch = 60;

/// The session credential of a visit from now on.
#[derive(Debug)]
pub enum ProbeOutcome {
    Cookie,
    Bearer(Token),
}

/// The outcome inside the transaction. Not an error, because the transaction must commit that a refused ticket was
/// used.
enum Verdict {
    Cookie,
    Bearer,
    Refused,
}

/// The ticket of a visit's first page.
pub struct PageTicket {
    pub secret: SecretString,
    pub hash: [u8; 32],
    pub expires_at: Epoch,
}

impl PageTicket {
    pub fn draw(rng: &Rng, now: Epoch) -> Self {
        let secret = SecretString::from(rng.ticket());
        Self { hash: ticket_hash(secret.expose_secret()), secret, expires_at: now + TICKET_LIFETIME }
    }
}

/// The hash under which a ticket is stored.
fn ticket_hash(ticket: &str) -> [u8; 32] {
    digest("page ticket", ticket.as_bytes())
}

/// Decides which credential opens a visit. `earlier` is the token of the tab's previous visit, if there was one: the
/// new visit joins its browser session, as it would with a cookie.
///
/// # Errors
/// [`OpenError::NotYours`] when the ticket is late, used, another visit's, or arrives with the cookie of another
/// browser session. A cookie that opens the visit needs no ticket.
pub(super) async fn probe(
    core: &Core,
    visit_id: &VisitId,
    ticket: &str,
    credential: Option<&SessionCredential>,
    earlier: Option<&str>,
    client: ClientInfo,
) -> Result<ProbeOutcome, OpenError> {
    let earlier = match (credential, earlier) {
        (None, Some(token)) => bearer::look_up(core, token).await?,
        _ => None,
    };
    let (now, token, credential) = (core.clock.now(), Token::draw(&core.rng), credential.cloned());
    let probe = Probe { visit_id: visit_id.clone(), ticket: ticket_hash(ticket), token: token.hash(), client, now };
    let verdict: storage::Result<Verdict> = core
        .storage
        .write(move |mut tx| async move {
            let probed = cookie_probes::take_ticket(&mut tx, &probe.visit_id, &probe.ticket, now).await?;
            match (credential, probed) {
                (Some(credential @ SessionCredential::Cookie(_)), probed) => {
                    probe.with_cookie(&mut tx, credential, probed).await
                }
                (None, Some(probed)) if !probed.cookie_probed => probe.without_cookie(&mut tx, &probed, earlier).await,
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

/// A call of the probe, inside its transaction.
struct Probe {
    visit_id: VisitId,
    /// The hash of the page's ticket.
    ticket: [u8; 32],
    /// The hash of the token that may be issued.
    token: [u8; 32],
    client: ClientInfo,
    now: Epoch,
}

impl Probe {
    /// `probed`: the visit, if the ticket was valid.
    async fn with_cookie(
        &self,
        tx: &mut Tx,
        credential: SessionCredential,
        probed: Option<ProbedVisit>,
    ) -> storage::Result<Verdict> {
        let visit = visits::find(&mut *tx, &self.visit_id, self.now).await?;
        let opens = visit.is_some_and(|visit| visit.opens_to(&credential));
        match (opens, probed) {
            (true, Some(_)) => {
                // The response to a tab that was started at the same time may still set another cookie.
                cookie_probes::restore_ticket(tx, &self.visit_id, &self.ticket).await?;
                Ok(Verdict::Cookie)
            }
            (true, None) => Ok(Verdict::Cookie),
            (false, Some(probed)) => match credential.browser() {
                Some(browser) if started_together(tx, browser, &probed, self.now).await? => {
                    self.join(tx, &probed, (&browser.session_id, browser.number)).await?;
                    Ok(Verdict::Cookie)
                }
                _ => Ok(Verdict::Refused),
            },
            (false, None) => Ok(Verdict::Refused),
        }
    }

    async fn without_cookie(
        &self,
        tx: &mut Tx,
        probed: &ProbedVisit,
        earlier: Option<Bearer>,
    ) -> storage::Result<Verdict> {
        if !bearers::issue(tx, &self.visit_id, 0, &self.token, self.now).await? {
            return Ok(Verdict::Refused);
        }
        if let Some(earlier) = earlier {
            self.join(tx, probed, (&earlier.session_id, NO_COOKIE)).await?;
        }
        Ok(Verdict::Bearer)
    }

    /// Moves the visit to a browser session, opening from one of its ids on, and ends its previous session if that is
    /// empty afterward.
    async fn join(
        &self,
        tx: &mut Tx,
        probed: &ProbedVisit,
        (session_id, opens_from): (&SessionId, i64),
    ) -> storage::Result<()> {
        cookie_probes::set_session(&mut *tx, &self.visit_id, session_id, opens_from).await?;
        if *session_id != probed.session_id {
            enforce_caps(&mut *tx, &self.visit_id, session_id, None, &self.client, self.now).await?;
            browser_sessions::delete_without_visits(tx, &[&probed.session_id], self.now).await?;
        }
        Ok(())
    }
}

/// Whether two tabs were started at the same time and the browser kept the other tab's cookie, which then also opens
/// this tab's visit. Requires that no password was entered for the visit, and that the cookie's id is one of:
/// - an id of the same session, newer than the one that this launch presented;
/// - if this launch presented none, an id of another session that began in the same minute.
async fn started_together(tx: &mut Tx, browser: &Browser, probed: &ProbedVisit, now: Epoch) -> storage::Result<bool> {
    if probed.by_password {
        return Ok(false);
    }
    if browser.session_id == probed.session_id {
        return Ok(browser.number > probed.presented_number);
    }
    let began_at = cookie_probes::session_created_at(tx, &browser.session_id, now).await?;
    let together = began_at.is_some_and(|at| (at - probed.began_at).abs() <= browser_sessions::SIMULTANEOUS);
    Ok(together && probed.presented_number == 0)
}
