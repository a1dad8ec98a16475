//! Signing in. At the top level it begins a new visit. In a pending visit the link then waits for confirmation.

use secrecy::SecretString;

use super::{
    BrowserContext, Cookie, IssuedFor, NewSessionIds, NewVisit, PENDING_LIFETIME, PageTicket, RenewedCredential,
    SessionCredential, UnconfirmedLink, Visit, VisitState, WrongState, begin, confirm, credential::Renewal, next_id,
};
use crate::server::{
    account::{Account, VerifiedPassword},
    audit::{AuditAction, ClientInfo},
    clock::Epoch,
    core::Core,
    ids::VisitId,
    storage::{self, Tx, audit, unconfirmed_links, visits},
    vault::Vault,
};

#[derive(Debug, thiserror::Error)]
pub enum VisitSignInError {
    /// The visit ended or was linked, or the password was changed, in the meantime.
    #[error("the visit no longer waits for this sign-in")]
    NotPending,
    #[error(transparent)]
    Database(#[from] storage::Error),
}

impl From<WrongState> for VisitSignInError {
    fn from(WrongState: WrongState) -> Self {
        Self::NotPending
    }
}

/// Why a sign-in to a pending visit is accepted. Checked inside the transaction in which it counts.
#[derive(Debug)]
pub enum SignInEvidence {
    /// A password that was just entered.
    Password(VerifiedPassword),
    /// The id of another visit that the same credential opens and in which the password was entered within five
    /// minutes.
    Visit(VisitId),
}

impl SignInEvidence {
    /// What the audit records for the sign-in.
    fn action(&self) -> AuditAction {
        match self {
            Self::Password(_) => AuditAction::SignedIn,
            Self::Visit(_) => AuditAction::Continued,
        }
    }

    /// Returns the account and when its password was entered.
    ///
    /// # Errors
    /// When the evidence no longer holds.
    async fn check(
        self,
        tx: &mut Tx,
        credential: &SessionCredential,
        now: Epoch,
    ) -> Result<(Account, Epoch), VisitSignInError> {
        match self {
            Self::Password(verified) if verified.is_current(tx).await? => Ok((verified.account, now)),
            Self::Password(_) => Err(VisitSignInError::NotPending),
            Self::Visit(id) => {
                let other = visits::find(tx, &id, now).await?.ok_or(VisitSignInError::NotPending)?;
                if !other.opens_to(credential) || !other.is_recently_authenticated(now) || other.may_act().is_err() {
                    return Err(VisitSignInError::NotPending);
                }
                let account = other.account().cloned();
                account.zip(other.password_verified_at).ok_or(VisitSignInError::NotPending)
            }
        }
    }
}

/// Begins a visit of an account without a launch. Returns the visit's id, the browser's new cookie, and the ticket of
/// its first page, with which script runs the cookie probe.
pub(super) async fn sign_in_directly(
    core: &Core,
    verified: VerifiedPassword,
    browser: BrowserContext,
) -> Result<(VisitId, Cookie, SecretString), VisitSignInError> {
    let (ids, id, now) = (NewSessionIds::draw(&core.rng), VisitId::from(core.rng.id()), core.clock.now());
    let (cookie, ticket, visit_id) = (ids.cookie(), PageTicket::draw(&core.rng, now), id.clone());
    let secret = ticket.secret.clone();
    core.storage
        .write(move |mut tx| async move {
            if !verified.is_current(&mut tx).await? {
                return Err(VisitSignInError::NotPending);
            }
            let session = next_id(&mut tx, browser.browser.as_ref(), IssuedFor::Password, &ids, now).await?;
            let state = VisitState::Linked { identity: None, account: verified.account };
            let visit = Visit::begun_now(visit_id, session, state, now);
            let visit = Visit { by_password: true, password_verified_at: Some(now), ..visit };
            let client = &browser.client;
            let new = NewVisit { visit: &visit, code: None, presented_number: 0, ticket: Some(&ticket), client };
            Ok(begin(&mut tx, new, AuditAction::SignedIn, now).await?)
        })
        .await?;
    Ok((id, cookie, secret))
}

/// Signs an account in to a pending visit and renews the credential. The link then waits for confirmation.
pub(super) async fn sign_in(
    core: &Core,
    vault: &Vault,
    visit: &Visit,
    evidence: SignInEvidence,
    credential: &SessionCredential,
    client: ClientInfo,
) -> Result<RenewedCredential, VisitSignInError> {
    let (ticket, now) = (confirm::Ticket::draw(&core.rng, vault, &visit.id), core.clock.now());
    let (renewal, visit_id) = (Renewal::draw(&core.rng, credential), visit.id.clone());
    let renewed = renewal.renewed();
    core.storage
        .write(move |mut tx| async move {
            let visit = renewal.find(&mut tx, &visit_id, now).await?;
            let action = evidence.action();
            let (account, verified_at) = evidence.check(&mut tx, renewal.presented(), now).await?;
            let visit = Visit { state: visit.state.sign_in(account, ticket.sealed)?, ..visit };
            renewal.restrict(&mut tx, &visit, verified_at, now).await?;
            store_unconfirmed(&mut tx, &visit, &ticket.hash, now).await?;
            Ok::<_, VisitSignInError>(audit::insert(&mut tx, action, visit.audit_subject(), &client, now).await?)
        })
        .await?;
    Ok(renewed)
}

async fn store_unconfirmed(tx: &mut Tx, visit: &Visit, hash: &[u8], now: Epoch) -> Result<(), VisitSignInError> {
    let VisitState::Unconfirmed { identity, account, ticket } = &visit.state else { return Err(WrongState.into()) };
    let unconfirmed = UnconfirmedLink {
        hash,
        ticket,
        visit_id: &visit.id,
        session_id: &visit.session_id,
        identity_id: &identity.id,
        account_id: &account.id,
        expires_at: now + PENDING_LIFETIME,
    };
    Ok(unconfirmed_links::upsert(tx, unconfirmed).await?)
}
