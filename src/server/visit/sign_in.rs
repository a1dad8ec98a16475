//! Signing in: at the top level it begins a visit of its own; in a held visit it makes a pending link, which only the confirmation
//! turns into a link.

use secrecy::SecretString;

use super::{
    BrowserContext, Cookie, IssuedFor, NewCredentials, NewSessionIds, PENDING_LIFETIME, PageTicket, RenewedCredential,
    SessionCredential, Visit, Visits, cap, next_id, renew,
};
use crate::server::{
    account::VerifiedPassword,
    audit::{AuditAction, AuditSubject, ClientInfo},
    clock::Epoch,
    digest::digest,
    storage::{self, Tx, audit, unconfirmed_links, visits},
    visit::{NewVisit, UnconfirmedLink},
};

#[derive(Debug)]
pub enum VisitSignInError {
    /// The visit ended or was linked, or the password was changed, meanwhile.
    NotPending,
    Database(storage::Error),
}

impl From<storage::Error> for VisitSignInError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

/// What a sign-in in a held visit rests on, judged inside the transaction in which it counts.
#[derive(Debug)]
pub enum SignInEvidence {
    /// A password that was given just now.
    Password(VerifiedPassword),
    /// Another visit that the same carrier opens, by its id, in which one was given within five minutes.
    Visit(String),
}

impl SignInEvidence {
    /// How the history tells of the sign-in.
    fn event(&self) -> AuditAction {
        match self {
            Self::Password(_) => AuditAction::SignedIn,
            Self::Visit(_) => AuditAction::Continued,
        }
    }

    /// The account, and when its password was given; none when they hold no more.
    async fn judge(
        &self,
        tx: &mut Tx,
        credential: &SessionCredential,
        now: Epoch,
    ) -> storage::Result<Option<(String, Epoch)>> {
        match self {
            Self::Password(verified) => Ok(verified.still(tx).await?.then(|| (verified.account.id.clone(), now))),
            Self::Visit(id) => {
                let open = visits::find(tx, id, now).await?;
                let open =
                    open.filter(|v| v.opens_to(credential) && v.is_recently_authenticated(now) && v.may_act().is_ok());
                Ok(open.and_then(|v| v.account.map(|account| account.id).zip(v.password_verified_at)))
            }
        }
    }
}

/// What the ticket of a confirmation is found by.
pub fn ticket_hash(ticket: &str) -> [u8; 32] {
    digest("pending link", ticket.as_bytes())
}

/// What a ticket is sealed for.
pub fn ticket_place(visit_id: &str) -> String {
    format!("pending_links.ticket/{visit_id}")
}

impl Visits {
    /// Begins a visit of an account without a launch: its id, the browser's new cookie, and the ticket of its first page, for script that
    /// finds out whether the cookie comes back.
    ///
    /// # Errors
    /// See [`VisitSignInError`].
    pub async fn begin(
        &self,
        verified: VerifiedPassword,
        presented: BrowserContext,
    ) -> Result<(String, Cookie, SecretString), VisitSignInError> {
        let (fresh, id, now) = (NewSessionIds::draw(&self.core.rng), self.core.rng.id(), self.core.clock.now());
        let (cookie, ticket) = (fresh.cookie(), PageTicket::draw(&self.core.rng, now));
        let secret = ticket.secret.clone();
        let (visit_id, account_id) = (id.clone(), verified.account.id.clone());
        self.core
            .storage
            .write(move |mut tx| async move {
                if !verified.still(&mut tx).await? {
                    return Err(VisitSignInError::NotPending);
                }
                let browser = next_id(&mut tx, presented.browser.as_ref(), IssuedFor::Password, &fresh, now).await?;
                let begin = NewVisit {
                    id: &visit_id,
                    session_id: &browser.session_id,
                    opens_from: browser.number,
                    password_verified_at: Some(now),
                    identity_id: None,
                    account_id: Some(&account_id),
                    pending_until: None,
                    code: None,
                    presented_number: 0,
                    ticket: ticket.row(),
                    browser: &presented.client.browser,
                    opened_by: None,
                };
                visits::insert(&mut tx, begin, now).await?;
                cap(&mut tx, &visit_id, &browser.session_id, Some(&account_id), &presented.client, now).await?;
                let about =
                    AuditSubject { account: Some(&account_id), visit: Some(&visit_id), ..AuditSubject::default() };
                Ok(audit::insert(&mut tx, AuditAction::SignedIn, about, &presented.client, now).await?)
            })
            .await?;
        Ok((id, cookie, secret))
    }

    /// Signs an account in to a held visit; what follows is the confirmation.
    ///
    /// # Errors
    /// See [`VisitSignInError`].
    pub async fn sign_in(
        &self,
        visit: &Visit,
        evidence: SignInEvidence,
        credential: &SessionCredential,
        client: ClientInfo,
    ) -> Result<RenewedCredential, VisitSignInError> {
        let identity = visit.identity.as_ref().ok_or(VisitSignInError::NotPending)?;
        let ticket = self.core.rng.ticket();
        let hash = ticket_hash(&ticket);
        let sealed = self.vault.seal(&ticket_place(&visit.id), &ticket);
        let (fresh, now) = (NewCredentials::draw(&self.core.rng), self.core.clock.now());
        let (renewed, credential) = (fresh.instead_of(credential), credential.clone());
        let (visit_id, identity_id) = (visit.id.clone(), identity.id.clone());
        self.core
            .storage
            .write(move |mut tx| async move {
                let visit = visits::find(&mut tx, &visit_id, now).await?;
                // One whose user is linked is not signed in to, but admitted.
                let visit = visit.filter(|v| v.account.is_none() && v.linked_to.is_none() && v.opens_to(&credential));
                let visit = visit.ok_or(VisitSignInError::NotPending)?;
                let (account_id, password_verified_at) =
                    evidence.judge(&mut tx, &credential, now).await?.ok_or(VisitSignInError::NotPending)?;
                let from = renew(&mut tx, &credential, &visit, &fresh, now).await?;
                let from = from.ok_or(VisitSignInError::NotPending)?;
                visits::record_password(&mut tx, &visit_id, from, password_verified_at).await?;
                let unconfirmed = UnconfirmedLink {
                    hash: &hash,
                    ticket: &sealed,
                    visit_id: &visit_id,
                    session_id: &visit.session_id,
                    identity_id: &identity_id,
                    account_id: &account_id,
                    expires_at: now + PENDING_LIFETIME,
                };
                unconfirmed_links::upsert(&mut tx, unconfirmed).await?;
                let about = AuditSubject {
                    account: Some(&account_id),
                    identity: Some(&identity_id),
                    visit: Some(&visit_id),
                    detail: "",
                };
                Ok::<_, VisitSignInError>(audit::insert(&mut tx, evidence.event(), about, &client, now).await?)
            })
            .await?;
        Ok(renewed)
    }

    /// Forgets the sign-in of a held visit; the visit goes on being held.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn decline(&self, visit: &Visit, client: ClientInfo) -> storage::Result<()> {
        let (id, now) = (visit.id.clone(), self.core.clock.now());
        let identity = visit.identity.as_ref().map(|identity| identity.id.clone());
        self.core
            .storage
            .write(move |mut tx| async move {
                // Nobody signed in, or it was declined before: nothing changed.
                let Some(account) = unconfirmed_links::delete_of_visit(&mut tx, &id).await? else { return Ok(()) };
                let about = AuditSubject {
                    account: Some(&account),
                    identity: identity.as_deref(),
                    visit: Some(&id),
                    detail: "",
                };
                audit::insert(&mut tx, AuditAction::Declined, about, &client, now).await
            })
            .await
    }

    /// The ticket for the confirmation form of a visit that waits for one.
    pub fn ticket(&self, visit: &Visit) -> Option<secrecy::SecretString> {
        let (_, sealed) = visit.unconfirmed.as_ref()?;
        self.vault.open(&ticket_place(&visit.id), sealed).ok()
    }
}
