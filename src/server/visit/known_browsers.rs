//! Browsers in which an account's password was entered before (`NEW_BROWSER=ask`). Their cookie is replaced each time
//! the password is entered, so a planted cookie doesn't work.

use secrecy::{ExposeSecret, SecretString};

use super::{
    RenewedCredential, SessionCredential, Visit, VisitSignInError, VisitState, WrongState, credential::Renewal,
    enforce_caps,
};
use crate::server::{
    account::VerifiedPassword,
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    core::Core,
    digest::digest,
    ids::{AccountId, VisitId},
    storage::{self, Tx, audit, known_browsers, visits},
};

/// Seconds that a browser is remembered: the longest lifetime that browsers allow a cookie.
pub const KNOWN_BROWSER_LIFETIME: Epoch = 400 * 24 * 60 * 60;

/// The hash of the cookie by which a browser is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrowserKey([u8; 32]);

impl BrowserKey {
    pub fn of(cookie: &str) -> Self {
        Self(digest("known browser", cookie.as_bytes()))
    }

    /// Whether the account's password was entered in this browser.
    pub async fn knows(self, tx: &mut Tx, account_id: &AccountId, now: Epoch) -> storage::Result<bool> {
        known_browsers::is_known(tx, &self.0, account_id, now - KNOWN_BROWSER_LIFETIME).await
    }
}

/// Remembers that the password of the visit's account was entered in this browser. Returns the browser's new cookie, or
/// `None` if the visit has ended.
pub(super) async fn remember(
    core: &Core,
    visit_id: &VisitId,
    old: Option<BrowserKey>,
) -> storage::Result<Option<SecretString>> {
    let cookie = SecretString::from(core.rng.ticket());
    let (new, now, visit_id) = (BrowserKey::of(cookie.expose_secret()), core.clock.now(), visit_id.clone());
    let remember = core.storage.write(move |mut tx| async move {
        let visit = visits::find(&mut tx, &visit_id, now).await?;
        let Some(account) = visit.as_ref().and_then(Visit::account) else { return Ok(None) };
        if let Some(old) = old {
            known_browsers::replace_hash(&mut tx, &old.0, &new.0).await?;
        }
        known_browsers::upsert(&mut tx, &new.0, &account.id, now).await?;
        Ok(Some(cookie))
    });
    remember.await
}

/// Links a pending visit to the account of its identity, after the password was entered in the unknown browser.
///
/// # Errors
/// When the visit is no longer pending, its identity is linked to another account, or the password was changed in the
/// meantime.
pub(super) async fn admit(
    core: &Core,
    visit: &Visit,
    verified: VerifiedPassword,
    credential: &SessionCredential,
    client: ClientInfo,
) -> Result<RenewedCredential, VisitSignInError> {
    let (renewal, now) = (Renewal::draw(&core.rng, credential), core.clock.now());
    let (renewed, visit_id) = (renewal.renewed(), visit.id.clone());
    core.storage
        .write(move |mut tx| async move {
            let visit = renewal.find(&mut tx, &visit_id, now).await?;
            if !verified.is_current(&mut tx).await? {
                return Err(VisitSignInError::NotPending);
            }
            let visit = Visit { state: visit.state.admit(verified.account)?, ..visit };
            link(&mut tx, &visit, &renewal, &client, now).await?;
            Ok(audit::insert(&mut tx, AuditAction::SignedIn, visit.audit_subject(), &client, now).await?)
        })
        .await?;
    Ok(renewed)
}

/// Stores that an admitted visit acts as its account.
async fn link(
    tx: &mut Tx,
    visit: &Visit,
    renewal: &Renewal,
    client: &ClientInfo,
    now: Epoch,
) -> Result<(), VisitSignInError> {
    let VisitState::Linked { account, .. } = &visit.state else { return Err(WrongState.into()) };
    let opens_from = renewal.restrict(tx, visit, now, now).await?;
    if !visits::link(&mut *tx, &visit.id, &account.id, opens_from).await? {
        return Err(VisitSignInError::NotPending);
    }
    Ok(enforce_caps(tx, &visit.id, &visit.session_id, Some(&account.id), client, now).await?)
}
