//! The password given once more, in a visit that is signed in: what can't be undone by a click asks for one at most five minutes old.
//! What carries the visit is renewed by it, as by every password (threat T7).

use super::{Carrier, Fresh, Renewed, Visit, VisitSignInError, Visits, renew};
use crate::server::{
    account::Proven,
    clock::Epoch,
    storage::{
        audit::{self, About, Seen, What},
        visits,
    },
};

/// Seconds that a password counts as just given.
pub const FRESH: Epoch = 5 * 60;

impl Visit {
    /// Whether the account's password was given in it within the last five minutes.
    pub fn is_fresh(&self, now: Epoch) -> bool {
        self.proven_at.is_some_and(|at| now - at <= FRESH)
    }
}

impl Visits {
    /// Notes that an account's password was given in a visit that acts as it.
    ///
    /// # Errors
    /// When the visit ended or the password was changed meanwhile, or the visit does not act as the account.
    pub async fn prove(
        &self,
        visit: &Visit,
        proven: &Proven,
        carrier: &Carrier,
        seen: Seen,
    ) -> Result<Renewed, VisitSignInError> {
        let (fresh, now) = (Fresh::draw(&self.chance), self.clock.now());
        let (renewed, carrier) = (fresh.instead_of(carrier), carrier.clone());
        let (visit_id, account_id) = (visit.id.clone(), proven.account.id.clone());
        let proven = proven.clone();
        self.storage
            .write(move |c| {
                Box::pin(async move {
                    let visit = visits::find(&mut *c, &visit_id, now).await?.ok_or(VisitSignInError::NotHeld)?;
                    let acts = visit.account.as_ref().is_some_and(|a| a.id == account_id);
                    if !acts || !visit.opens_to(&carrier) || !proven.still(&mut *c).await? {
                        return Err(VisitSignInError::NotHeld);
                    }
                    let from = renew(&mut *c, &carrier, &visit, &fresh, now).await?;
                    visits::narrow(&mut *c, &visit_id, from.ok_or(VisitSignInError::NotHeld)?, now).await?;
                    let identity = visit.identity.as_ref().map(|i| i.id.as_str());
                    let about = About {
                        account: Some(&account_id),
                        identity,
                        visit: Some(&visit_id),
                        detail: "password confirmed",
                    };
                    Ok::<_, VisitSignInError>(audit::insert(c, What::SignedIn, about, &seen, now).await?)
                })
            })
            .await?;
        Ok(renewed)
    }
}
