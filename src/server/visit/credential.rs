//! What carries a session: the cookie of a browser session, which may hold many visits, or, where the browser keeps no cookie in a
//! frame, the bearer of one visit. When a password is given, what carries it is renewed.

use super::{
    Browser, IssuedFor, NewSessionIds, Visit,
    bearer::{Bearer, Token},
    next_id,
};
use crate::server::{
    clock::Epoch,
    rng::Rng,
    storage::{self, Tx, bearers},
};

/// What a request shows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionCredential {
    Cookie(Browser),
    Bearer(Bearer),
}

/// What the browser is to carry from now on.
#[derive(Debug, Clone)]
pub enum RenewedCredential {
    Cookie(super::Cookie),
    Bearer(Token),
}

/// What no id of a session is as new as: the visit opens to its bearer only.
pub(super) const NO_COOKIE: i64 = i64::MAX;

impl SessionCredential {
    /// The browser session, where it is the cookie that came.
    pub fn browser(&self) -> Option<&Browser> {
        match self {
            Self::Cookie(browser) => Some(browser),
            Self::Bearer(_) => None,
        }
    }
}

/// Drawn before the transaction in which a password counts.
pub struct NewCredentials {
    ids: NewSessionIds,
    bearer: Token,
}

impl NewCredentials {
    pub fn draw(rng: &Rng) -> Self {
        Self { ids: NewSessionIds::draw(rng), bearer: Token::draw(rng) }
    }

    /// What takes this carrier's place.
    pub fn instead_of(&self, credential: &SessionCredential) -> RenewedCredential {
        match credential {
            SessionCredential::Cookie(_) => RenewedCredential::Cookie(self.ids.cookie()),
            SessionCredential::Bearer(_) => RenewedCredential::Bearer(self.bearer.clone()),
        }
    }
}

/// A password was given for a visit: its carrier is renewed, and the number returned that the visit opens from now on. None when the
/// session is another's meanwhile.
///
/// # Errors
/// Those of the database.
pub async fn renew(
    tx: &mut Tx,
    credential: &SessionCredential,
    visit: &Visit,
    fresh: &NewCredentials,
    now: Epoch,
) -> storage::Result<Option<i64>> {
    match credential {
        SessionCredential::Cookie(browser) => {
            let browser = next_id(tx, Some(browser), IssuedFor::Password, &fresh.ids, now).await?;
            Ok((browser.session_id == visit.session_id).then_some(browser.number))
        }
        SessionCredential::Bearer(bearer) => {
            let issued = bearers::issue(tx, &visit.id, bearer.number, &fresh.bearer.hash(), now).await?;
            Ok(issued.then_some(NO_COOKIE))
        }
    }
}
