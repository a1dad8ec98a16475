//! The password given once more, in a visit that is signed in: what can't be undone by a click asks for one at most five minutes old.
//! What carries the visit is renewed by it, as by every password (threat T7).

use super::{NewCredentials, RenewedCredential, SessionCredential, Visit, VisitSignInError, Visits, renew};
use crate::server::{
    account::VerifiedPassword,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    storage::{audit, visits},
};

/// Seconds that a password counts as just given.
pub const RECENT_AUTHENTICATION: Epoch = 5 * 60;

impl Visit {
    /// Whether the account's password was given in it within the last five minutes.
    pub fn is_recently_authenticated(&self, now: Epoch) -> bool {
        self.password_verified_at.is_some_and(|at| now - at <= RECENT_AUTHENTICATION)
    }
}

impl Visits {
    /// Notes that an account's password was given in a visit that acts as it.
    ///
    /// # Errors
    /// When the visit ended or the password was changed meanwhile, or the visit does not act as the account.
    pub async fn confirm_password(
        &self,
        visit: &Visit,
        verified: &VerifiedPassword,
        credential: &SessionCredential,
        client: ClientInfo,
    ) -> Result<RenewedCredential, VisitSignInError> {
        let (fresh, now) = (NewCredentials::draw(&self.core.rng), self.core.clock.now());
        let (renewed, credential) = (fresh.instead_of(credential), credential.clone());
        let (visit_id, account_id) = (visit.id.clone(), verified.account.id.clone());
        let verified = verified.clone();
        self.core
            .storage
            .write(move |mut tx| async move {
                let visit = visits::find(&mut tx, &visit_id, now).await?.ok_or(VisitSignInError::NotPending)?;
                let acts = visit.account.as_ref().is_some_and(|a| a.id == account_id);
                if !acts || !visit.opens_to(&credential) || !verified.still(&mut tx).await? {
                    return Err(VisitSignInError::NotPending);
                }
                let from = renew(&mut tx, &credential, &visit, &fresh, now).await?;
                visits::record_password(&mut tx, &visit_id, from.ok_or(VisitSignInError::NotPending)?, now).await?;
                let identity = visit.identity.as_ref().map(|i| i.id.as_str());
                let about = AuditSubject {
                    account: Some(&account_id),
                    identity,
                    visit: Some(&visit_id),
                    detail: "password confirmed",
                };
                Ok::<_, VisitSignInError>(audit::insert(&mut tx, AuditAction::SignedIn, about, &client, now).await?)
            })
            .await?;
        Ok(renewed)
    }
}
