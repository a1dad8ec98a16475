//! Signing in: at the top level it begins a visit of its own; in a held visit it makes a pending link, which only the confirmation
//! turns into a link.

use secrecy::SecretString;

use super::{
    Carrier, Cookie, For, Fresh, FreshIds, HELD, PageTicket, Presented, Renewed, Visit, Visits, cap, next_id, renew,
};
use crate::server::{
    account::Proven,
    clock::Epoch,
    digest::digest,
    storage::{
        self, Connection,
        audit::{self, About, Seen, What},
        pending_links::{self, Pending},
        visits::{self, Begin},
    },
};

#[derive(Debug)]
pub enum VisitSignInError {
    /// The visit ended or was linked, or the password was changed, meanwhile.
    NotHeld,
    Database(storage::Error),
}

impl From<storage::Error> for VisitSignInError {
    fn from(e: storage::Error) -> Self {
        Self::Database(e)
    }
}

/// What a sign-in in a held visit rests on, judged inside the transaction in which it counts.
#[derive(Debug)]
pub enum Grounds {
    /// A password that was given just now.
    Password(Proven),
    /// Another visit that the same carrier opens, by its id, in which one was given within five minutes.
    Visit(String),
}

impl Grounds {
    /// How the history tells of the sign-in.
    fn event(&self) -> What {
        match self {
            Self::Password(_) => What::SignedIn,
            Self::Visit(_) => What::Continued,
        }
    }

    /// The account, and when its password was given; none when they hold no more.
    async fn judge(
        &self,
        c: &mut Connection,
        carrier: &Carrier,
        now: Epoch,
    ) -> storage::Result<Option<(String, Epoch)>> {
        match self {
            Self::Password(proven) => Ok(proven.still(c).await?.then(|| (proven.account.id.clone(), now))),
            Self::Visit(id) => {
                let open = visits::find(c, id, now).await?;
                let open = open.filter(|v| v.opens_to(carrier) && v.is_fresh(now) && v.may_act().is_ok());
                Ok(open.and_then(|v| v.account.map(|account| account.id).zip(v.proven_at)))
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
        proven: Proven,
        presented: Presented,
    ) -> Result<(String, Cookie, SecretString), VisitSignInError> {
        let (fresh, id, now) = (FreshIds::draw(&self.chance), self.chance.id(), self.clock.now());
        let (cookie, ticket) = (fresh.cookie(), PageTicket::draw(&self.chance, now));
        let secret = ticket.secret.clone();
        let (visit_id, account_id) = (id.clone(), proven.account.id.clone());
        self.storage
            .write(move |c| {
                Box::pin(async move {
                    if !proven.still(&mut *c).await? {
                        return Err(VisitSignInError::NotHeld);
                    }
                    let browser = next_id(&mut *c, presented.browser.as_ref(), For::Password, &fresh, now).await?;
                    let begin = Begin {
                        id: &visit_id,
                        session_id: &browser.session_id,
                        opens_from: browser.number,
                        proven_at: Some(now),
                        identity_id: None,
                        account_id: Some(&account_id),
                        held_until: None,
                        code: None,
                        came_from: 0,
                        ticket: ticket.row(),
                        browser: &presented.seen.browser,
                        opened_by: None,
                    };
                    visits::insert(&mut *c, begin, now).await?;
                    cap(&mut *c, &visit_id, &browser.session_id, Some(&account_id), &presented.seen, now).await?;
                    let about = About { account: Some(&account_id), visit: Some(&visit_id), ..About::default() };
                    Ok(audit::insert(c, What::SignedIn, about, &presented.seen, now).await?)
                })
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
        grounds: Grounds,
        carrier: &Carrier,
        seen: Seen,
    ) -> Result<Renewed, VisitSignInError> {
        let identity = visit.identity.as_ref().ok_or(VisitSignInError::NotHeld)?;
        let ticket = self.chance.ticket();
        let hash = ticket_hash(&ticket);
        let sealed = self.vault.seal(&ticket_place(&visit.id), &ticket);
        let (fresh, now) = (Fresh::draw(&self.chance), self.clock.now());
        let (renewed, carrier) = (fresh.instead_of(carrier), carrier.clone());
        let (visit_id, identity_id) = (visit.id.clone(), identity.id.clone());
        self.storage
            .write(move |c| {
                Box::pin(async move {
                    let visit = visits::find(&mut *c, &visit_id, now).await?;
                    // One whose user is linked is not signed in to, but admitted.
                    let visit = visit.filter(|v| v.account.is_none() && v.linked_to.is_none() && v.opens_to(&carrier));
                    let visit = visit.ok_or(VisitSignInError::NotHeld)?;
                    let (account_id, proven_at) =
                        grounds.judge(&mut *c, &carrier, now).await?.ok_or(VisitSignInError::NotHeld)?;
                    let from = renew(&mut *c, &carrier, &visit, &fresh, now).await?;
                    let from = from.ok_or(VisitSignInError::NotHeld)?;
                    visits::narrow(&mut *c, &visit_id, from, proven_at).await?;
                    let pending = Pending {
                        hash: &hash,
                        ticket: &sealed,
                        visit_id: &visit_id,
                        session_id: &visit.session_id,
                        identity_id: &identity_id,
                        account_id: &account_id,
                        expires_at: now + HELD,
                    };
                    pending_links::put(&mut *c, pending).await?;
                    let about = About {
                        account: Some(&account_id),
                        identity: Some(&identity_id),
                        visit: Some(&visit_id),
                        detail: "",
                    };
                    Ok::<_, VisitSignInError>(audit::insert(c, grounds.event(), about, &seen, now).await?)
                })
            })
            .await?;
        Ok(renewed)
    }

    /// Forgets the sign-in of a held visit; the visit goes on being held.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn decline(&self, visit: &Visit, seen: Seen) -> storage::Result<()> {
        let (id, now) = (visit.id.clone(), self.clock.now());
        let identity = visit.identity.as_ref().map(|identity| identity.id.clone());
        self.storage
            .write(move |c| {
                Box::pin(async move {
                    // Nobody signed in, or it was declined before: nothing changed.
                    let Some(account) = pending_links::drop_of_visit(&mut *c, &id).await? else { return Ok(()) };
                    let about =
                        About { account: Some(&account), identity: identity.as_deref(), visit: Some(&id), detail: "" };
                    audit::insert(c, What::Declined, about, &seen, now).await
                })
            })
            .await
    }

    /// The ticket for the confirmation form of a visit that waits for one.
    pub fn ticket(&self, visit: &Visit) -> Option<secrecy::SecretString> {
        let (_, sealed) = visit.pending.as_ref()?;
        self.vault.open(&ticket_place(&visit.id), sealed).ok()
    }
}
