//! Confirming or declining a link, by the browser that signed in. Confirming takes the ticket of that sign-in, once and
//! in time. Besides an operator's import (`link_management/import.rs`) it is the only way an identity gets an account.

use secrecy::SecretString;

use super::{
    RenewedCredential, SessionCredential, Visit, VisitSignInError, VisitState, WrongState, credential::Renewal,
    enforce_caps,
};
use crate::server::{
    account::AccessDenied,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    core::Core,
    digest::digest,
    identity,
    ids::VisitId,
    metrics::LinkChange,
    rng::Rng,
    storage::{self, Tx, audit, revocation, unconfirmed_links, visits},
    vault::{Sealed, Vault},
};

#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// Too late, repeated, from another browser, or the identity was linked in the meantime.
    #[error("no link waits for this confirmation")]
    NotPending,
    /// The account or the company was disabled in the meantime.
    #[error(transparent)]
    AccessDenied(AccessDenied),
    #[error(transparent)]
    Database(#[from] storage::Error),
}

impl From<WrongState> for ConfirmError {
    fn from(WrongState: WrongState) -> Self {
        Self::NotPending
    }
}

impl From<VisitSignInError> for ConfirmError {
    fn from(error: VisitSignInError) -> Self {
        match error {
            VisitSignInError::NotPending => Self::NotPending,
            VisitSignInError::Database(e) => Self::Database(e),
        }
    }
}

/// The one-time ticket of a confirmation form, as stored.
pub(super) struct Ticket {
    pub hash: [u8; 32],
    pub sealed: Sealed,
}

impl Ticket {
    pub fn draw(rng: &Rng, vault: &Vault, visit_id: &VisitId) -> Self {
        let ticket = rng.ticket();
        Self { hash: ticket_hash(&ticket), sealed: vault.seal(&ticket_place(visit_id), &ticket) }
    }
}

/// The hash under which a ticket is stored.
fn ticket_hash(ticket: &str) -> [u8; 32] {
    digest("pending link", ticket.as_bytes())
}

/// The associated data that a ticket is sealed with.
pub fn ticket_place(visit_id: &VisitId) -> String {
    format!("pending_links.ticket/{visit_id}")
}

/// Opens the ticket for the confirmation form of an unconfirmed visit.
pub(super) fn open_ticket(vault: &Vault, visit: &Visit) -> Option<SecretString> {
    let VisitState::Unconfirmed { ticket, .. } = &visit.state else { return None };
    vault.open(&ticket_place(&visit.id), ticket).ok()
}

/// Links the identity to the account that signed in, renews the credential, and ends the identity's other pending
/// visits. Changes nothing on error.
pub(super) async fn confirm(
    core: &Core,
    visit_id: &VisitId,
    credential: Option<&SessionCredential>,
    ticket: &str,
    client: ClientInfo,
) -> Result<RenewedCredential, ConfirmError> {
    let renewal = Renewal::draw(&core.rng, credential.ok_or(ConfirmError::NotPending)?);
    let (renewed, hash, visit_id, now) = (renewal.renewed(), ticket_hash(ticket), visit_id.clone(), core.clock.now());
    core.storage
        .write(move |mut tx| async move {
            let visit = renewal.find(&mut tx, &visit_id, now).await?;
            visit.may_act().map_err(ConfirmError::AccessDenied)?;
            let taken = unconfirmed_links::take(&mut tx, &hash, &visit_id, &visit.session_id, now).await?;
            taken.ok_or(ConfirmError::NotPending)?;
            let visit = Visit { state: visit.state.confirm()?, ..visit };
            link(&mut tx, &visit, &renewal, &client, now).await?;
            Ok::<_, ConfirmError>(
                audit::insert(&mut tx, AuditAction::Linked, visit.audit_subject(), &client, now).await?,
            )
        })
        .await?;
    core.metrics.linked(LinkChange::Linked);
    Ok(renewed)
}

/// Stores the link of a confirmed visit.
async fn link(
    tx: &mut Tx,
    visit: &Visit,
    renewal: &Renewal,
    client: &ClientInfo,
    now: Epoch,
) -> Result<(), ConfirmError> {
    let VisitState::Linked { identity: Some(identity), account } = &visit.state else { return Err(WrongState.into()) };
    if !identity::link(tx, &identity.id, &account.id, now).await? {
        return Err(ConfirmError::NotPending);
    }
    let opens_from = renewal.renew(tx, visit, now).await?;
    if !visits::link(&mut *tx, &visit.id, &account.id, opens_from).await? {
        return Err(ConfirmError::NotPending);
    }
    enforce_caps(tx, &visit.id, &visit.session_id, Some(&account.id), client, now).await?;
    revocation::pending_of_identity(&mut *tx, &identity.id, now).await?;
    Ok(unconfirmed_links::delete_of_identity(tx, &identity.id).await?)
}

/// Forgets the sign-in of an unconfirmed visit, which is pending again. Does nothing if nobody has signed in.
pub(super) async fn decline(core: &Core, visit: &Visit, client: ClientInfo) -> storage::Result<()> {
    let (id, now) = (visit.id.clone(), core.clock.now());
    let identity = visit.identity().map(|identity| identity.id.clone());
    let decline = core.storage.write(move |mut tx| async move {
        let Some(account) = unconfirmed_links::delete_of_visit(&mut tx, &id).await? else { return Ok(()) };
        let (account, identity, visit) = (Some(&account), identity.as_ref(), Some(&id));
        let subject = AuditSubject { account, identity, visit, ..AuditSubject::default() };
        audit::insert(&mut tx, AuditAction::Declined, subject, &client, now).await
    });
    decline.await
}
