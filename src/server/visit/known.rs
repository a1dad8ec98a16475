//! Browsers that are known for an account: its password was given there (`NEW_BROWSER=ask`). What the cookie carries is drawn anew each
//! time the password is given, so that one that was planted is worth nothing.

use secrecy::{ExposeSecret, SecretString};

use super::{NewCredentials, RenewedCredential, SessionCredential, Visit, VisitSignInError, Visits, cap, renew};
use crate::server::{
    account::VerifiedPassword,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    digest::digest,
    storage::{self, Tx, audit, known_browsers, visits},
};

/// Seconds that a browser is remembered; what browsers allow a cookie.
pub const KNOWN: Epoch = 400 * 24 * 60 * 60;

/// What a browser's own cookie is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrowserKey([u8; 32]);

impl BrowserKey {
    pub fn of(text: &str) -> Self {
        Self(digest("known browser", text.as_bytes()))
    }

    /// Whether the account's password was given in this browser.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn knows(self, tx: &mut Tx, account_id: &str, now: Epoch) -> storage::Result<bool> {
        known_browsers::is_known(tx, &self.0, account_id, now - KNOWN).await
    }
}

impl Visits {
    /// Remembers that the password of the account that a visit acts as was given in this browser: what its cookie is to carry from now on.
    /// None when the visit is over already.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remember(&self, visit_id: &str, old: Option<BrowserKey>) -> storage::Result<Option<SecretString>> {
        let fresh = SecretString::from(self.core.rng.ticket());
        let (new, now, visit_id) = (BrowserKey::of(fresh.expose_secret()), self.core.clock.now(), visit_id.to_owned());
        self.core
            .storage
            .write(move |mut tx| async move {
                let visit = visits::find(&mut tx, &visit_id, now).await?;
                let Some(account) = visit.and_then(|v| v.account) else { return Ok(None) };
                if let Some(old) = old {
                    known_browsers::replace_hash(&mut tx, &old.0, &new.0).await?;
                }
                known_browsers::upsert(&mut tx, &new.0, &account.id, now).await?;
                Ok(Some(fresh))
            })
            .await
    }

    /// Lets a held visit in whose identity is linked to this account: the browser had to be asked, and the password was right.
    ///
    /// # Errors
    /// When the visit is not held any more or is linked to another account, or the password was changed meanwhile.
    pub async fn admit(
        &self,
        visit: &Visit,
        verified: VerifiedPassword,
        credential: &SessionCredential,
        client: ClientInfo,
    ) -> Result<RenewedCredential, VisitSignInError> {
        let (fresh, now) = (NewCredentials::draw(&self.core.rng), self.core.clock.now());
        let (renewed, visit_id, account_id) =
            (fresh.instead_of(credential), visit.id.clone(), verified.account.id.clone());
        let credential = credential.clone();
        self.core
            .storage
            .write(move |mut tx| async move {
                let visit = visits::find(&mut tx, &visit_id, now).await?.ok_or(VisitSignInError::NotPending)?;
                if visit.linked_to.as_deref() != Some(account_id.as_str()) || !visit.opens_to(&credential) {
                    return Err(VisitSignInError::NotPending);
                }
                if !verified.still(&mut tx).await? {
                    return Err(VisitSignInError::NotPending);
                }
                let from =
                    renew(&mut tx, &credential, &visit, &fresh, now).await?.ok_or(VisitSignInError::NotPending)?;
                if !visits::link(&mut tx, &visit_id, &account_id, from).await? {
                    return Err(VisitSignInError::NotPending);
                }
                visits::record_password(&mut tx, &visit_id, from, now).await?;
                cap(&mut tx, &visit_id, &visit.session_id, Some(&account_id), &client, now).await?;
                let identity = visit.identity.as_ref().map(|i| i.id.as_str());
                let about = AuditSubject { account: Some(&account_id), identity, visit: Some(&visit_id), detail: "" };
                Ok(audit::insert(&mut tx, AuditAction::SignedIn, about, &client, now).await?)
            })
            .await?;
        Ok(renewed)
    }
}
