//! A session credential: the cookie of a browser session, which may hold many visits, or, where the browser keeps no
//! cookies in frames, the bearer token of one visit. Entering a password renews it (threat T7).

use super::{Bearer, Browser, Cookie, IssuedFor, NewSessionIds, Token, Visit, VisitSignInError, next_id};
use crate::server::{
    clock::Epoch,
    ids::{SessionId, VisitId},
    rng::Rng,
    storage::{Tx, bearers, visits},
};

/// The credential that a request presents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionCredential {
    Cookie(Browser),
    Bearer(Bearer),
}

/// The credential that the browser is to present from now on.
#[derive(Debug, Clone)]
pub enum RenewedCredential {
    Cookie(Cookie),
    Bearer(Token),
}

/// A visit with this number can only be opened with its bearer token, because no session id is that new.
pub(super) const NO_COOKIE: i64 = i64::MAX;

impl SessionCredential {
    pub fn session_id(&self) -> &SessionId {
        match self {
            Self::Cookie(Browser { session_id, .. }) | Self::Bearer(Bearer { session_id, .. }) => session_id,
        }
    }

    /// The browser session, if the credential is a cookie.
    pub fn browser(&self) -> Option<&Browser> {
        match self {
            Self::Cookie(browser) => Some(browser),
            Self::Bearer(_) => None,
        }
    }

    /// Whether it opens a visit of its session with this `opens_from`.
    pub(super) fn opens(&self, visit_id: &VisitId, opens_from: i64, by_password: bool) -> bool {
        match self {
            Self::Cookie(browser) if by_password => browser.verified >= opens_from,
            Self::Cookie(browser) => browser.number >= opens_from,
            Self::Bearer(bearer) => bearer.visit_id == *visit_id,
        }
    }
}

/// The replacement credential after a password was entered, generated before the transaction.
pub(super) struct Renewal {
    presented: SessionCredential,
    ids: NewSessionIds,
    token: Token,
}

impl Renewal {
    pub fn draw(rng: &Rng, presented: &SessionCredential) -> Self {
        Self { presented: presented.clone(), ids: NewSessionIds::draw(rng), token: Token::draw(rng) }
    }

    /// What to send to the browser, once the transaction is committed.
    pub fn renewed(&self) -> RenewedCredential {
        match &self.presented {
            SessionCredential::Cookie(_) => RenewedCredential::Cookie(self.ids.cookie()),
            SessionCredential::Bearer(_) => RenewedCredential::Bearer(self.token.clone()),
        }
    }

    pub fn presented(&self) -> &SessionCredential {
        &self.presented
    }

    /// Finds the visit again, inside the transaction.
    ///
    /// # Errors
    /// When it has ended, or the presented credential does not open it.
    pub async fn find(&self, tx: &mut Tx, visit_id: &VisitId, now: Epoch) -> Result<Visit, VisitSignInError> {
        let visit = visits::find(tx, visit_id, now).await?;
        visit.filter(|visit| visit.opens_to(&self.presented)).ok_or(VisitSignInError::NotPending)
    }

    /// Issues the new credential. Returns the lowest number of the session ids that open the visit now.
    ///
    /// # Errors
    /// When the presented credential was replaced in the meantime.
    pub async fn renew(&self, tx: &mut Tx, visit: &Visit, now: Epoch) -> Result<i64, VisitSignInError> {
        match &self.presented {
            SessionCredential::Cookie(browser) => {
                let browser = next_id(tx, Some(browser), IssuedFor::Password, &self.ids, now).await?;
                let same = browser.session_id == visit.session_id;
                same.then_some(browser.number).ok_or(VisitSignInError::NotPending)
            }
            SessionCredential::Bearer(bearer) => {
                let issued = bearers::issue(tx, &visit.id, bearer.number, &self.token.hash(), now).await?;
                issued.then_some(NO_COOKIE).ok_or(VisitSignInError::NotPending)
            }
        }
    }

    /// Issues the new credential and restricts the visit to it. `verified_at`: when the password was entered.
    ///
    /// # Errors
    /// As [`Self::renew`].
    pub async fn restrict(
        &self,
        tx: &mut Tx,
        visit: &Visit,
        verified_at: Epoch,
        now: Epoch,
    ) -> Result<i64, VisitSignInError> {
        let opens_from = self.renew(tx, visit, now).await?;
        visits::record_password(tx, &visit.id, opens_from, verified_at).await?;
        Ok(opens_from)
    }
}
